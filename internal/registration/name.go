package registration

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/waba"
)

// nameReview is how long the look at a display name takes.
const nameReview = 10 * time.Minute

// NameAsked is the job that looks at a display name.
type NameAsked struct {
	Phone id.ID  `json:"phone"`
	Name  string `json:"name"`
}

// Kind implements [job.Args].
func (NameAsked) Kind() string { return "registration.name" }

// askNameTx has the platform look at a number's name.
func (s *Service) askNameTx(ctx context.Context, tx *db.Tx, n waba.Number) error {
	name := n.NewName
	if name == "" {
		name = n.VerifiedName
	}
	return job.EnqueueTx(ctx, tx, NameAsked{n.ID, name}, job.DueAt(tx.Now().Add(nameReview)))
}

// Rename asks for another display name. The old one stays until the new one is approved.
func (s *Service) Rename(ctx context.Context, c access.Caller, phoneID id.ID, name string) error {
	if err := checkName("new_display_name", name); err != nil {
		return err
	}
	return s.change(ctx, c, phoneID, func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error) {
		switch {
		case n.Test:
			return nil, ErrParam.With("new_display_name", "the name of a test number cannot be changed")
		case n.NewNameStatus == waba.NamePending:
			return nil, ErrParam.Withf("new_display_name", "the name %q is being looked at; wait for the decision", n.NewName)
		case name == n.VerifiedName:
			return nil, ErrParam.With("new_display_name", "the number has this name already")
		}
		n.NewName, n.NewNameStatus = name, waba.NamePending
		if err := waba.SaveNumberTx(ctx, tx, n); err != nil {
			return nil, err
		}
		if err := waba.DidTx(ctx, tx, c, waba.Activity{WABAID: n.WABAID, PhoneID: n.ID, Kind: waba.DidUpdateAccount, Detail: "The name " + name + " was asked for"}); err != nil {
			return nil, err
		}
		return nil, s.askNameTx(ctx, tx, n)
	})
}

// reviewName decides on a name by the rules, unless somebody was faster.
func (s *Service) reviewName(ctx context.Context, a NameAsked) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := waba.NumberTx(ctx, tx, a.Phone)
		if err != nil {
			return err
		}
		if asked, ok := pendingName(n); !ok || asked != a.Name {
			return nil
		}
		return s.decideTx(ctx, tx, access.Caller{}, n, objection(a.Name))
	})
}

// pendingName is the name that waits for a decision.
func pendingName(n waba.Number) (name string, ok bool) {
	if n.NewNameStatus == waba.NamePending {
		return n.NewName, true
	}
	return n.VerifiedName, n.NameStatus == waba.NamePending
}

// DecideName decides on a name that waits: reason is why it is declined, empty approves it.
func (s *Service) DecideName(ctx context.Context, c access.Caller, phoneID id.ID, reason string) error {
	return s.change(ctx, c, phoneID, func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error) {
		if _, ok := pendingName(n); !ok {
			return nil, ErrParam.With("name", "no name of this number waits for a decision")
		}
		return nil, s.decideTx(ctx, tx, c, n, reason)
	})
}

// nameUpdate is the value of the field phone_number_name_update.
type nameUpdate struct {
	Display  string  `json:"display_phone_number"`
	Decision string  `json:"decision"`
	Name     string  `json:"requested_verified_name"`
	Reason   *string `json:"rejection_reason"`
}

func (s *Service) decideTx(ctx context.Context, tx *db.Tx, c access.Caller, n waba.Number, reason string) error {
	name, _ := pendingName(n)
	status, update := waba.NameApproved, nameUpdate{Display: n.Digits, Decision: "APPROVED", Name: name}
	if reason != "" {
		status, update.Decision, update.Reason = waba.NameDeclined, "REJECTED", &reason
	}
	switch {
	case n.NewNameStatus != waba.NamePending:
		n.NameStatus = status
	case reason != "":
		n.NewNameStatus = status
	default:
		n.VerifiedName, n.NameStatus, n.NewName, n.NewNameStatus = name, status, "", waba.NameNone
	}
	if err := waba.SaveNumberTx(ctx, tx, n); err != nil {
		return err
	}
	detail := "The name " + name + " was approved"
	if reason != "" {
		detail = "The name " + name + " was declined: " + reason
	}
	if err := waba.DidTx(ctx, tx, c, waba.Activity{WABAID: n.WABAID, PhoneID: n.ID, Kind: waba.DidUpdateAccount, Detail: detail}); err != nil {
		return err
	}
	return s.emit(ctx, tx, n, "phone_number_name_update", update)
}

// reserved are names of others that no business may take as part of its own.
var reserved = []string{"whatsapp", "meta", "facebook", "instagram", "messenger"}

// objection is what the rules hold against a name; empty where they have nothing against it.
func objection(name string) string {
	letters := false
	for _, r := range name {
		letters = letters || unicode.IsLetter(r)
	}
	if !letters {
		return "NAME_WITHOUT_LETTERS"
	}
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	if slices.ContainsFunc(words, func(w string) bool { return slices.Contains(reserved, w) }) {
		return "NAME_OF_ANOTHER_COMPANY"
	}
	if lower := strings.ToLower(name); strings.Contains(lower, "http://") || strings.Contains(lower, "https://") || strings.Contains(lower, "www.") {
		return "NAME_IS_AN_ADDRESS"
	}
	return ""
}
