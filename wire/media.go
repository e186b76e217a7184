package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// Media is a picture, video, sound, document or sticker: uploaded before (ID) or fetched from the public web
// (Link), exactly one of them.
type Media struct {
	ID       string `json:"id,omitempty"`
	Link     string `json:"link,omitempty"`
	Caption  string `json:"caption,omitempty"`  // at most 1024 characters; not with sound and stickers
	Filename string `json:"filename,omitempty"` // of a document
	Voice    bool   `json:"voice,omitempty"`    // sound that is a voice message
}

// Location is a point on the map.
type Location struct {
	Latitude  Degrees `json:"latitude"`
	Longitude Degrees `json:"longitude"`
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
	URL       string  `json:"url,omitempty"` // of a received one
}

// Degrees is a latitude or longitude. It is read from a number or a string, and written as a number.
type Degrees string

// UnmarshalJSON implements [json.Unmarshaler].
func (d *Degrees) UnmarshalJSON(b []byte) error {
	text := string(b)
	if bytes.HasPrefix(b, []byte(`"`)) {
		if err := json.Unmarshal(b, &text); err != nil {
			return err
		}
	}
	if _, err := strconv.ParseFloat(text, 64); err != nil {
		return fmt.Errorf("%.40q is not a number of degrees", text)
	}
	*d = Degrees(text)
	return nil
}

// MarshalJSON implements [json.Marshaler].
func (d Degrees) MarshalJSON() ([]byte, error) {
	f, err := strconv.ParseFloat(string(d), 64)
	if err != nil {
		return nil, fmt.Errorf("%.40q is not a number of degrees", string(d))
	}
	return json.Marshal(f)
}

// Float is the value, or false where there is none.
func (d Degrees) Float() (float64, bool) {
	f, err := strconv.ParseFloat(string(d), 64)
	return f, err == nil
}

// Reaction puts an emoji on a message; an empty one takes it away.
type Reaction struct {
	MessageID string `json:"message_id"`
	Emoji     string `json:"emoji,omitempty"`
}
