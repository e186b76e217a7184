package flow

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/attachment"
)

// Bounds of pickers.
const (
	pickedMost     = 30    // files
	pickedKBMost   = 25600 // of one
	pickerLabel    = 80
	pickerBodyText = 300
)

// Picker is a field of a screen that takes files.
type Picker struct {
	Name   string
	Most   int64 // bytes of one file
	Count  int   // files at most
	Photos bool
	Types  []string
}

// Pickers are the fields of files on a screen as it stands.
func (d Document) Pickers(s State) (list []Picker) {
	p, err := d.at(s)
	if err != nil {
		return nil
	}
	for _, c := range p.parts() {
		if kind := fieldKinds[c.Type]; kind == "photos" || kind == "documents" {
			list = append(list, p.picker(c))
		}
	}
	return list
}

// picker is what a picker takes. A limit that is none of the contract's is the contract's.
func (p player) picker(c Component) Picker {
	within := func(f flexible, most int) int {
		if n := p.number(f); n > 0 && n < most {
			return n
		}
		return most
	}
	k := Picker{Name: c.Name, Photos: c.Type == "PhotoPicker", Most: int64(within(c.MaxFileKB, pickedKBMost)) << 10, Types: attachment.PickedTypes}
	most := c.MaxDocuments
	if k.Photos {
		most, k.Types = c.MaxPhotos, attachment.PhotoTypes
	}
	k.Count = within(most, pickedMost)
	var allowed []string
	if !k.Photos && json.Unmarshal(p.value(c.AllowedTypes), &allowed) == nil && len(allowed) > 0 {
		k.Types = slices.DeleteFunc(slices.Clone(allowed), func(mime string) bool { return !slices.Contains(attachment.PickedTypes, mime) })
	}
	return k
}

// fewest is how many files a picker must have.
func (p player) fewest(c Component) int {
	if c.Type == "PhotoPicker" {
		return p.number(c.MinPhotos)
	}
	return p.number(c.MinDocuments)
}

// picked reads the files of a picker: what names each was made when it was stored.
func (p player) picked(c Component, given []string) (any, Complaint) {
	least := p.fewest(c)
	switch {
	case len(given) == 0 && least > 0:
		return nil, Missing
	case len(given) == 0:
		return nil, ""
	case len(given) < least:
		return given, Few
	case len(given) > p.picker(c).Count:
		return given, Many
	}
	return given, ""
}

// files is what a picker looks like.
func (p player) files(kind string, c Component) Part {
	k := p.picker(c)
	part := Part{
		Kind: kind, Text: p.text(c.Label), Name: c.Name, Help: p.text(c.Description), Required: p.fewest(c) > 0, Accept: strings.Join(k.Types, ","),
		Many: k.Count > 1, Camera: p.text(string(c.PhotoSource)) == "camera",
	}
	// What the endpoint says is wrong: with all of it, or with one file by its media id.
	said := p.value(json.RawMessage(quoted(string(c.ErrorMessage))))
	if json.Unmarshal(said, &part.SaidOf) != nil {
		part.Said = plain(said)
	}
	_ = json.Unmarshal(p.state.Forms[p.state.Screen][c.Name], &part.Picked)
	return part
}

// quoted is a text as JSON, and JSON as it is.
func quoted(s string) string {
	if strings.HasPrefix(s, "{") {
		return s
	}
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

// checkPicker checks one picker.
func (c *checker) checkPicker(at string, x Component) {
	if x.Type != "PhotoPicker" && x.Type != "DocumentPicker" {
		return
	}
	c.pickers = append(c.pickers, x)
	if len(c.pickers) > 1 {
		kind := x.Type
		if c.pickers[0].Type != kind {
			kind = "PhotoPicker or DocumentPicker"
		}
		c.add(at, "INVALID_COMPONENT_COUNT", "A screen has at most one component of type %s.", kind)
	}
	bound := func(name string, f flexible, least, most int) int {
		var n int
		if f == "" || strings.HasPrefix(string(f), "$") || strings.HasPrefix(string(f), "`") {
			return -1
		}
		if json.Unmarshal([]byte(f), &n) != nil || n < least || n > most {
			c.add(at+"/"+name, "INVALID_PROPERTY_VALUE", "Property '%s' must be a whole number from %d to %d.", name, least, most)
			return -1
		}
		return n
	}
	what, fewest, most := "photos", x.MinPhotos, x.MaxPhotos
	if x.Type == "DocumentPicker" {
		what, fewest, most = "documents", x.MinDocuments, x.MaxDocuments
	}
	least, greatest := bound("min-uploaded-"+what, fewest, 0, pickedMost), bound("max-uploaded-"+what, most, 1, pickedMost)
	if least > 0 && greatest > 0 && least > greatest {
		c.add(at+"/min-uploaded-"+what, "INVALID_PROPERTY_VALUE", `"min-uploaded-%s" must not be greater than "max-uploaded-%s" of %s %q.`, what, what, x.Type, x.Name)
	}
	bound("max-file-size-kb", x.MaxFileKB, 1, pickedKBMost)
	c.checkPickerTexts(at, x)
}

func (c *checker) checkPickerTexts(at string, x Component) {
	if len([]rune(x.Label)) > pickerLabel || len([]rune(x.Description)) > pickerBodyText {
		c.add(at, "INVALID_PROPERTY_VALUE", "Property 'label' of a %s has at most %d characters, 'description' %d.", x.Type, pickerLabel, pickerBodyText)
	}
	if source := string(x.PhotoSource); source != "" && !strings.HasPrefix(source, "$") && !slices.Contains([]string{"camera_gallery", "camera", "gallery"}, source) {
		c.add(at+"/photo-source", "INVALID_PROPERTY_VALUE", "Property 'photo-source' must be camera_gallery, camera or gallery, not %.40q.", source)
	}
	var types []string
	if len(x.AllowedTypes) == 0 || x.AllowedTypes[0] == '"' {
		return
	}
	if json.Unmarshal(x.AllowedTypes, &types) != nil {
		c.add(at+"/allowed-mime-types", "INVALID_PROPERTY_TYPE", "Property 'allowed-mime-types' must be a list of types such as application/pdf.")
	}
	for n, mime := range types {
		if !slices.Contains(attachment.PickedTypes, mime) {
			c.add(fmt.Sprintf("%s/allowed-mime-types/%d", at, n), "INVALID_PROPERTY_VALUE", "Property 'allowed-mime-types' may name %s, not %.60q.", strings.Join(attachment.PickedTypes, ", "), mime)
		}
	}
}

// formRef is a field of the screen as a payload names it.
var formRef = regexp.MustCompile(`\$\{(?:screen\.[A-Za-z_]+\.)?form\.([^}]+)\}`)

// checkFilesGo checks that the files of a screen's picker go where files may: on their own, to the endpoint or into the answer.
func (c *checker) checkFilesGo(at string, list []Component) {
	for n, x := range list {
		where := fmt.Sprintf("%s/%d", at, n)
		for _, a := range []struct {
			at     string
			action *Action
		}{{"/on-click-action", x.OnClick}, {"/on-select-action", x.OnSelect}} {
			if a.action != nil {
				c.checkPayload(where+a.at+"/payload", a.action)
			}
		}
		c.checkFilesGo(where+"/children", x.Children)
		c.checkFilesGo(where+"/then", x.Then)
		c.checkFilesGo(where+"/else", x.Else)
		for name, inner := range x.Cases {
			c.checkFilesGo(where+"/cases/"+pointer.Replace(name), inner)
		}
		for _, f := range c.pickers {
			var values map[string]json.RawMessage
			if x.Type == "Form" && json.Unmarshal(x.InitValues, &values) == nil && values[f.Name] != nil {
				c.add(where+"/init-values/"+pointer.Replace(f.Name), "INVALID_PROPERTY_VALUE", "Property 'init-values' must not hold a value of a %s.", f.Type)
			}
		}
	}
}

func (c *checker) checkPayload(at string, a *Action) {
	for name, raw := range a.Payload {
		for _, ref := range formRef.FindAllStringSubmatch(string(raw), -1) {
			k := slices.IndexFunc(c.pickers, func(p Component) bool { return p.Name == ref[1] })
			switch {
			case k < 0:
			case a.Name == "navigate":
				c.add(at+"/"+pointer.Replace(name), "INVALID_PROPERTY_VALUE", "The value of a %s must not stand in the payload of the action navigate; a later screen names it by ${screen.%s.form.%s}.", c.pickers[k].Type, c.screen.ID, ref[1])
			case string(raw) != `"`+ref[0]+`"`:
				c.add(at+"/"+pointer.Replace(name), "INVALID_PROPERTY_VALUE", "The value of a %s may only be a member of the payload itself, not part of one.", c.pickers[k].Type)
			}
		}
	}
}
