package ui

import (
	"encoding/json"
	"net/http"
)

// Found is something the palette leads to.
type Found struct {
	Kind  string `json:"kind"`
	Title string `json:"title"`
	Note  string `json:"note,omitempty"`
	Href  string `json:"href"`
}

// WriteFound answers the palette.
func WriteFound(w http.ResponseWriter, list []Found) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(list)
}
