package messaging

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/rivo/uniseg"

	"github.com/hawkerhq/hawker/wire"
)

// contactsMost is how many cards one message carries.
const contactsMost = 257

func checkLocation(l *wire.Location) error {
	if l == nil {
		return required("location")
	}
	for _, c := range []struct {
		name string
		d    wire.Degrees
		most float64
	}{{"latitude", l.Latitude, 90}, {"longitude", l.Longitude, 180}} {
		if c.d == "" {
			return required("location['" + c.name + "']")
		}
		if f, ok := c.d.Float(); !ok || f < -c.most || f > c.most {
			return ErrValue.Withf("location."+c.name, "%s must be a number from -%g to %g, not %.40q", c.name, c.most, c.most, string(c.d))
		}
	}
	for name, text := range map[string]string{"name": l.Name, "address": l.Address} {
		if n := runes(text); n > captionMost {
			return ErrValue.Withf("location."+name, "%s has %d characters, at most %d are allowed", name, n, captionMost)
		}
	}
	return nil
}

func checkContacts(list []wire.ContactCard) error {
	if len(list) == 0 {
		return required("contacts")
	}
	if len(list) > contactsMost {
		return ErrValue.Withf("contacts", "Contacts count invalid. Min: 1, Max: %d; this message has %d", contactsMost, len(list))
	}
	for n, c := range list {
		at := fmt.Sprintf("contacts[%d]", n)
		if c.Name == nil {
			return required(at + "['name']")
		}
		if strings.TrimSpace(c.Name.FormattedName) == "" {
			return required(at + "['name']['formatted_name']")
		}
		if c.Name.FirstName+c.Name.LastName+c.Name.MiddleName+c.Name.Prefix+c.Name.Suffix == "" {
			return ErrValue.With(at+".name", "name needs one more part beside formatted_name, for example first_name")
		}
		if c.Birthday != "" {
			if _, err := time.Parse(time.DateOnly, c.Birthday); err != nil {
				return ErrValue.Withf(at+".birthday", "birthday must be written YYYY-MM-DD, not %.40q", c.Birthday)
			}
		}
	}
	return nil
}

func checkReaction(r *wire.Reaction) error {
	if r == nil {
		return required("reaction")
	}
	if r.MessageID == "" {
		return required("reaction['message_id']")
	}
	if r.Emoji != "" && !isEmoji(r.Emoji) {
		return ErrValue.Withf("reaction.emoji", "emoji must be a single emoji, not %.40q", r.Emoji)
	}
	return nil
}

// isEmoji takes one emoji: one character to the eye, however many code points it is joined from.
func isEmoji(s string) bool {
	cluster, rest, _, _ := uniseg.FirstGraphemeClusterInString(s, -1)
	if rest != "" || len(cluster) > 128 {
		return false
	}
	symbol := false
	for _, r := range cluster {
		if unicode.IsLetter(r) || unicode.IsSpace(r) {
			return false
		}
		symbol = symbol || r == keycap || unicode.In(r, unicode.So, unicode.Sm) || (r > 0x2000 && unicode.Is(unicode.Po, r))
	}
	return symbol
}

// keycap makes a key of the digit before it.
const keycap = 0x20E3
