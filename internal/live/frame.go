package live

import "strings"

// Frame is a server-sent event as it is written to a stream.
type Frame struct {
	// ID is where a reader goes on from, Event what kind it is; left out where empty. They are one line each.
	ID, Event string
	// Data may have many lines; what reads it gets them with \n between.
	Data string
	// Comment is for nobody: it keeps the connection alive. A frame of a comment alone is no event.
	Comment string
}

// lineEnds are what ends a line of a stream, whatever a field holds.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// oneLine leaves out what would end a line, and U+0000, which makes readers pass over an id.
var oneLine = strings.NewReplacer("\r", "", "\n", "", "\x00", "")

// String is the frame with the empty line that ends it. No field can end its line early, begin another or end the frame.
func (f Frame) String() string {
	var b strings.Builder
	line := func(name, text string) {
		b.WriteString(name)
		b.WriteString(": ")
		b.WriteString(text)
		b.WriteByte('\n')
	}
	if f.Comment != "" {
		line("", oneLine.Replace(f.Comment))
	}
	if f.ID != "" {
		line("id", oneLine.Replace(f.ID))
	}
	if f.Event != "" {
		line("event", oneLine.Replace(f.Event))
	}
	if f.Comment == "" || f.ID+f.Event+f.Data != "" {
		for text := range strings.SplitSeq(lineEnds.Replace(f.Data), "\n") {
			line("data", text)
		}
	}
	b.WriteByte('\n')
	return b.String()
}
