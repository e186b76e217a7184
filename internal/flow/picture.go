package flow

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Bounds of pictures and lists on a screen.
const (
	pictureMost  = 512 << 10 // as text
	picturesMost = 3         // of a carousel
	itemsMost    = 20        // of a list
)

// pictureTypes are those that flows show.
var pictureTypes = []string{"image/jpeg", "image/png", "image/webp"}

// picture is a picture's address for the page: base64 becomes a data: address, and what is no picture is none.
func picture(text string) string {
	if _, data, ok := strings.Cut(text, ";base64,"); ok && strings.HasPrefix(text, "data:") {
		text = data
	}
	if len(text) > pictureMost {
		return ""
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return ""
	}
	mime := http.DetectContentType(raw)
	if !slices.Contains(pictureTypes, mime) {
		return ""
	}
	return "data:" + mime + ";base64," + base64.StdEncoding.EncodeToString(raw)
}

func (p player) pictures(src, alt string) ([]Part, bool) {
	address := picture(p.text(src))
	if address == "" {
		return nil, false
	}
	return []Part{{Kind: "image", URL: address, Text: p.text(alt)}}, true
}

func (p player) carousel(c Component) (list []Part, ok bool) {
	var images []struct {
		Src string `json:"src"`
		Alt string `json:"alt-text"`
	}
	if json.Unmarshal(p.value(c.Images), &images) != nil {
		return nil, false
	}
	for _, i := range images[:min(len(images), picturesMost)] {
		parts, _ := p.pictures(i.Src, i.Alt)
		list = append(list, parts...)
	}
	return list, len(list) > 0
}

// item is an element of a NavigationList.
type item struct {
	ID   string `json:"id"`
	Main struct {
		Title       string `json:"title"`
		Description string `json:"description"`
		Metadata    string `json:"metadata"`
	} `json:"main-content"`
	OnClick *Action `json:"on-click-action"`
}

func (p player) items(c Component) []item {
	var list []item
	if json.Unmarshal(p.value(c.ListItems), &list) != nil {
		return nil
	}
	return list[:min(len(list), itemsMost)]
}

// destinations are the buttons of a list; n is its place on the screen.
func (p player) destinations(n int, c Component) (list []Part, ok bool) {
	if label := p.text(c.Label); label != "" {
		list = append(list, Part{Kind: "subheading", Text: label})
	}
	for at, i := range p.items(c) {
		help := strings.TrimSpace(p.text(i.Main.Description) + " " + p.text(i.Main.Metadata))
		list = append(list, Part{Kind: "go", Text: p.text(i.Main.Title), Help: help, Go: strconv.Itoa(n) + "." + strconv.Itoa(at)})
	}
	return list, len(list) > 0
}

// destination is what a tap on an item of a list does; nil for nothing.
func (p player) destination(c Component, at string) *Action {
	n, err := strconv.Atoi(at)
	list := p.items(c)
	if err != nil || n < 0 || n >= len(list) {
		return nil
	}
	if list[n].OnClick != nil {
		return list[n].OnClick
	}
	return c.OnClick
}
