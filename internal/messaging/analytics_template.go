package messaging

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// TemplatePoint is what became of a template's messages of a day.
type TemplatePoint struct {
	Template  id.ID
	Start     int64
	End       int64
	Sent      int
	Delivered int
	Read      int
	Clicked   map[string]int // taps of quick replies, by their text
}

// OfTemplates counts what was sent of some templates, by day, with the quick replies that were tapped.
func (x *Exchange) OfTemplates(ctx context.Context, q Question, templates []id.ID) ([]TemplatePoint, error) {
	q.Step = Daily
	cuts := q.cuts()
	type key struct {
		template id.ID
		step     int
	}
	points := map[key]*TemplatePoint{}
	at := func(template id.ID, n int) *TemplatePoint {
		k := key{template, n}
		if points[k] == nil {
			points[k] = &TemplatePoint{Template: template, Start: cuts[n].Unix(), End: cuts[n+1].Unix(), Clicked: map[string]int{}}
		}
		return points[k]
	}
	sent := map[id.ID]id.ID{} // templates by the message
	err := x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		return chat.FactsTx(ctx, tx, q.phones(), q.Start.Add(-deliveredLater), q.End, func(m chat.Fact) {
			if !m.Outbound {
				i, _ := id.OfWamid(m.Answers)
				if template, ok := sent[i]; ok {
					if n, ok := q.step(cuts, m.At); ok {
						at(template, n).Clicked[buttonText(m.AnsweringContent)]++
					}
				}
				return
			}
			if m.Rank == chat.Failed || !slices.Contains(templates, m.TemplateID) {
				return
			}
			sent[m.ID] = m.TemplateID
			if n, ok := q.step(cuts, m.At); ok {
				at(m.TemplateID, n).Sent++
			}
			if n, ok := q.step(cuts, m.DeliveredAt); ok {
				at(m.TemplateID, n).Delivered++
			}
			if n, ok := q.step(cuts, m.ReadAt); ok {
				at(m.TemplateID, n).Read++
			}
		})
	})
	list := make([]TemplatePoint, 0, len(points))
	for p := range maps.Values(points) {
		list = append(list, *p)
	}
	slices.SortFunc(list, func(a, b TemplatePoint) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Template, b.Template))
	})
	return list, err
}

// buttonText is what was written on the button that a customer tapped.
func buttonText(text string) string {
	var c content
	if json.Unmarshal([]byte(text), &c) != nil {
		return ""
	}
	return c.Body
}
