package catalog

import "time"

// What became of an item's pictures; anything else is the error_type of an item whose main picture cannot be shown.
const (
	PictureWaits = ""      // not looked at yet
	PictureNone  = "none"  // the item names none
	PictureOK    = "ok"    // all of them are kept
	PicturePart  = "part"  // the main one is kept, some of the others are not
	PictureSmall = "small" // kept, and smaller than customers should see
)

// ImageFetchStatus is what became of the pictures as the contract names it.
func (i Item) ImageFetchStatus() string {
	switch i.Picture {
	case PictureWaits, PictureNone:
		return "NO_STATUS"
	case PictureOK, PictureSmall:
		return "FETCHED"
	case PicturePart:
		return "PARTIAL_FETCH"
	}
	return "FETCH_FAILED"
}

func pictureIs(state string) func(i *Item, now time.Time) bool {
	return func(i *Item, _ time.Time) bool { return i.Picture == state }
}

// pictureDiagnostics are the rules about pictures: code 20 and up.
func pictureDiagnostics() []Diagnostic {
	small := Diagnostic{
		Type: "IMAGE_QUALITY", Severity: Opportunity, Code: 20, Error: "IMAGE_RESOLUTION_LOW", Priority: "LOW", Field: "image_url", where: `i.picture = 'small'`,
		Title: "Pictures are small", Subtitle: "Use 500 × 500 pixels or more",
		has: pictureIs(PictureSmall),
	}
	list := []Diagnostic{small}
	for n, d := range []struct{ kind, title, remedy string }{
		{"IMAGE_FETCH_FAILED", "Pictures cannot be reached", "Check that the host of image_link exists and answers; Hawker tries again by itself"},
		{"IMAGE_FETCH_FAILED_LINK_BROKEN", "Links to pictures are broken", "Give an image_link that answers 200"},
		{"IMAGE_FETCH_FAILED_FORBIDDEN", "Pictures may not be read", "Let anyone read the picture, without a login"},
		{"IMAGE_FETCH_FAILED_FILE_SIZE_EXCEEDED", "Pictures are too large", "Give a picture of at most 8 MB and 40 million pixels"},
		{"IMAGE_FETCH_FAILED_TIMED_OUT", "Pictures arrive too slowly", "Serve the picture within 10 seconds; Hawker tries again by itself"},
		{"IMAGE_FETCH_FAILED_BAD_GATEWAY", "The shop's server fails when asked for pictures", "Mend the server; Hawker tries again by itself"},
		{"INVALID_IMAGES", "Files are no pictures", "Give a JPEG, PNG, GIF or WebP file"},
	} {
		list = append(list, Diagnostic{
			Type: "IMAGE_QUALITY", Severity: MustFix, Code: 21 + n, Error: d.kind, Priority: "MEDIUM", Field: "image_url", where: `i.picture = '` + d.kind + `'`,
			Title: d.title, Subtitle: d.remedy, has: pictureIs(d.kind),
		})
	}
	return list
}
