package template

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// about names a template in a webhook. Its id is a number there.
type about struct {
	ID       int64  `json:"message_template_id"`
	Name     string `json:"message_template_name"`
	Language string `json:"message_template_language"`
}

func aboutOf(t Template) about { return about{int64(t.ID), t.Name, t.Language} }

// tell puts a webhook about a template into the outbox; what is told of one template keeps its order.
func (s *Service) tell(ctx context.Context, tx *db.Tx, t Template, field string, value any) error {
	b, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("template: %w", err)
	}
	return s.Outbox.EnqueueTx(ctx, tx, webhook.Event{BusinessID: t.BusinessID, WABAID: t.WABAID, Field: field, Lane: "template:" + t.ID.String(), Value: b})
}

// statusNews is what a change of status has to say beside the status.
type statusNews struct{ title, description string }

type statusUpdate struct {
	Event string `json:"event"`
	about
	Category      string         `json:"message_template_category"`
	Reason        *string        `json:"reason"`
	DisableInfo   *disableInfo   `json:"disable_info,omitempty"`
	OtherInfo     *otherInfo     `json:"other_info,omitempty"`
	RejectionInfo *rejectionInfo `json:"rejection_info,omitempty"`
}

type disableInfo struct {
	Date int64 `json:"disable_date"`
}

type otherInfo struct {
	Title       string `json:"title"`
	Description string `json:"description"`
}

type rejectionInfo struct {
	Reason         string `json:"reason"`
	Recommendation string `json:"recommendation"`
}

// recommendations say what to do about a rejection.
var recommendations = map[string]string{
	reasonAbusive:   "Take out what may not be offered in chats, then edit the template or make another one.",
	reasonScam:      "Offer genuine goods and true claims only, then edit the template or make another one.",
	reasonCategory:  "Choose the category that the text belongs to and send it in again.",
	reasonFormat:    "Change the text so that it is complete and unlike your other templates, then send it in again.",
	reasonPromotion: "Use the category MARKETING for advertising.",
	reasonTag:       "Write the text in the language the template is made for.",
	reasonNoKind:    "Choose another category.",
}

func (s *Service) tellStatus(ctx context.Context, tx *db.Tx, t Template, news statusNews) error {
	u := statusUpdate{Event: t.Status, about: aboutOf(t), Category: t.Category}
	switch t.Status {
	case Approved:
		none := None
		u.Reason = &none
	case Rejected:
		u.Reason = &t.Reason
		why := t.Explanation
		if why == "" {
			why = "The template was rejected: " + t.Reason + "."
		}
		u.RejectionInfo = &rejectionInfo{Reason: why, Recommendation: recommendations[t.Reason]}
	case Disabled:
		u.DisableInfo = &disableInfo{tx.Now().Unix()}
	}
	if news.title != "" {
		u.OtherInfo = &otherInfo{Title: news.title, Description: news.description}
		if news.description == "" {
			u.OtherInfo.Description = t.Explanation
		}
	}
	return s.tell(ctx, tx, t, "message_template_status_update", u)
}

func (s *Service) tellQuality(ctx context.Context, tx *db.Tx, t Template, before string) error {
	return s.tell(ctx, tx, t, "message_template_quality_update", struct {
		Previous string `json:"previous_quality_score"`
		New      string `json:"new_quality_score"`
		about
	}{before, t.Quality, aboutOf(t)})
}

// toldButton is a button in a webhook about a template's text.
type toldButton struct {
	Type  string `json:"message_template_button_type"`
	Text  string `json:"message_template_button_text"`
	URL   string `json:"message_template_button_url,omitempty"`
	Phone string `json:"message_template_button_phone_number,omitempty"`
}

func (s *Service) tellComponents(ctx context.Context, tx *db.Tx, t Template) error {
	u := struct {
		about
		Element string       `json:"message_template_element"`
		Title   string       `json:"message_template_title,omitempty"`
		Footer  string       `json:"message_template_footer,omitempty"`
		Buttons []toldButton `json:"message_template_buttons,omitempty"`
	}{about: aboutOf(t)}
	for _, c := range t.Components {
		switch c.Type {
		case header:
			u.Title = c.Text
		case body:
			u.Element = c.Text
		case footer:
			u.Footer = c.Text
		case buttons:
			for _, b := range c.Buttons {
				u.Buttons = append(u.Buttons, toldButton{b.Type, b.Text, b.URL, b.PhoneNumber})
			}
		}
	}
	return s.tell(ctx, tx, t, "message_template_components_update", u)
}

func (s *Service) tellCategory(ctx context.Context, tx *db.Tx, t Template) error {
	return s.tell(ctx, tx, t, "template_category_update", struct {
		about
		Previous string `json:"previous_category"`
		New      string `json:"new_category"`
	}{aboutOf(t), t.PreviousCategory, t.Category})
}

func (s *Service) tellImpending(ctx context.Context, tx *db.Tx, t Template, at time.Time) error {
	return s.tell(ctx, tx, t, "template_category_update", struct {
		about
		New     string `json:"new_category"`
		Correct string `json:"correct_category"`
		At      int64  `json:"category_update_timestamp"`
	}{aboutOf(t), t.Category, t.CorrectCategory, at.Unix()})
}
