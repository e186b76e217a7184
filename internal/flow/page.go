package flow

// Page is a screen as a form.
type Page struct {
	Title string
	// Notice is what the business says about what was sent; empty for nothing.
	Notice string
	Parts  []Part
	// Passed tells that the screen has parts that have no form here.
	Passed bool
	// Lively tells that what is chosen may change the screen: the customer may have it shown anew. Back tells that there is a screen before it.
	Lively, Back bool
}

// Part is a text or a field of a page. Kind is heading, subheading, body, caption, link, go, image, text, area, select, radio, checks, optin, date,
// photos, documents or submit.
type Part struct {
	Kind, Text, Name, Help, Input, Value, URL string
	// Go is the value of a button that leads on (go).
	Go       string
	Required bool
	Min, Max string
	Options  []Option
	Problem  Complaint // what is wrong with what was filled in
	Said     string    // what the business says is wrong with it
	// Of photos and documents: which types are taken, whether several, whether the camera is asked for, what names those picked so far, and what
	// the business says is wrong with some of them, by their media ids.
	Accept       string
	Many, Camera bool
	Picked       []string
	SaidOf       map[string]string
	Files        []PickedFile // as people read them
}

// PickedFile is a file that was picked.
type PickedFile struct{ Ref, Name, Size, Said string }

// Option is one of a field's choices.
type Option struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Chosen      bool   `json:"-"`
}

// Complaint is what is wrong with a field; empty for nothing.
type Complaint string

// Complaints.
const (
	Missing Complaint = "missing"
	Short   Complaint = "short"
	Long    Complaint = "long"
	Unfit   Complaint = "unfit"
	Few     Complaint = "few"
	Many    Complaint = "many"
	// Of files: one is too large, or of a type that is not asked for.
	Large Complaint = "large"
	Type  Complaint = "type"
)
