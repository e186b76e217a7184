package registration

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// Causes of refused usernames.
var (
	ErrUsernameTaken    = fault.New("registration.username_taken")
	ErrUsernameUnfit    = fault.New("registration.username_unfit")
	ErrUsernameTransfer = fault.New("registration.username_transfer")
)

// States of a business's username.
const (
	UsernameApproved = "approved"
	UsernameDeleted  = "deleted"
)

var (
	usernameForm   = regexp.MustCompile(`^[a-z0-9_.]{3,35}$`)
	usernameLetter = regexp.MustCompile(`[a-z]`)
	usernameSuffix = []string{".com", ".org", ".net", ".io", ".ai", ".vn", ".in", ".html", ".txt"}
)

// usernameUpdate is the value of the field business_username_update.
type usernameUpdate struct {
	Display  string `json:"display_phone_number"`
	Username string `json:"username,omitempty"`
	Status   string `json:"status"`
}

// SetUsername gives a number a username. One that another number of the same business has moves only when force is set.
func (s *Service) SetUsername(ctx context.Context, c access.Caller, phoneID id.ID, username string, force bool) error {
	username = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(username), "@"))
	if err := checkUsername(username); err != nil {
		return err
	}
	return s.change(ctx, c, phoneID, func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error) {
		if err := eligible(n); err != nil {
			return nil, err
		}
		holder, ok, err := waba.NumberByUsernameTx(ctx, tx, username)
		switch {
		case err != nil:
			return nil, err
		case ok && holder.ID == n.ID:
			return nil, nil
		case ok && !c.Reaches(holder.BusinessID):
			return nil, ErrUsernameTaken.Withf("username", "the username %s is not available; choose another one", username)
		case ok && !force:
			return nil, ErrUsernameTransfer.Withf("username", "the username %s belongs to your number %s; send transfer_action force_transfer to move it", username, holder.Display())
		case ok:
			if err := s.dropUsernameTx(ctx, tx, holder); err != nil {
				return nil, err
			}
		}
		n.Username = username
		if err := waba.SaveNumberTx(ctx, tx, n); err != nil {
			return nil, err
		}
		return nil, s.emit(ctx, tx, n, "business_username_update", usernameUpdate{n.Digits, username, UsernameApproved})
	})
}

// DeleteUsername takes a number's username off.
func (s *Service) DeleteUsername(ctx context.Context, c access.Caller, phoneID id.ID) error {
	return s.change(ctx, c, phoneID, func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error) {
		if n.Username == "" {
			return nil, ErrParam.With("username", "the number has no username")
		}
		return nil, s.dropUsernameTx(ctx, tx, n)
	})
}

func (s *Service) dropUsernameTx(ctx context.Context, tx *db.Tx, n waba.Number) error {
	gone := n.Username
	n.Username = ""
	if err := waba.SaveNumberTx(ctx, tx, n); err != nil {
		return err
	}
	return s.emit(ctx, tx, n, "business_username_update", usernameUpdate{n.Digits, gone, UsernameDeleted})
}

// eligible refuses numbers that cannot have a username.
func eligible(n waba.Number) error {
	switch {
	case !n.Connected():
		return waba.ErrNotRegistered.With("", "the number is not registered: register it before it asks for a username")
	case n.Test:
		return ErrUsernameUnfit.With("", "a test number cannot have a username")
	case n.NameStatus != waba.NameApproved:
		return ErrUsernameUnfit.With("", "the display name of the number is not approved yet; ask again when it is")
	}
	return nil
}

// checkUsername holds a username against its rules.
func checkUsername(u string) error {
	bad := !usernameForm.MatchString(u) || !usernameLetter.MatchString(u) || strings.HasPrefix(u, ".") || strings.HasSuffix(u, ".") ||
		strings.Contains(u, "..") || strings.HasPrefix(u, "www") || slices.ContainsFunc(usernameSuffix, func(end string) bool { return strings.HasSuffix(u, end) })
	if bad {
		return ErrParam.Withf("username", "username %.40q is not in the right form: 3 to 35 English letters, digits, periods and underscores, at least one letter; "+
			"no period at either end or twice in a row, no www in front and no domain such as .com at the end", u)
	}
	return nil
}
