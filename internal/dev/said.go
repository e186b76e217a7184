package dev

import (
	_ "embed"
	"encoding/json"
	"sync"
)

//go:embed calls_vi.json
var callsFile []byte

// callsInVietnamese are what calls are said to do, by the English of the documents.
var callsInVietnamese = sync.OnceValue(func() (list map[string]string) {
	if err := json.Unmarshal(callsFile, &list); err != nil {
		panic(err) // embedded, and read by a test
	}
	return list
})

// Said is what a call is said to do, in a language of the pages; without a translation as the documents say it.
func Said(lang, doc string) string {
	if text := callsInVietnamese()[doc]; lang == "vi" && text != "" {
		return text
	}
	return doc
}

// SaidInVietnamese are all texts that [Said] knows.
func SaidInVietnamese() map[string]string { return callsInVietnamese() }
