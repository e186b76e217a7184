package manager

import (
	"context"
	"net/http"
	"strconv"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/policy"
)

// AgreementPage is how much moderators agree, where more than one of them judged the same.
type AgreementPage struct {
	Shell
	policy.Agreement
	Days int
}

// Share is how many of a hundred cases two moderators agreed on.
func (p AgreementPage) Share() int { return share(p.Agreed, p.Twice) }

// KappaText is Cohen's kappa with two digits; "" where it says nothing.
func (p AgreementPage) KappaText() string {
	k, ok := p.Kappa()
	if !ok {
		return ""
	}
	text := strconv.FormatFloat(k, 'f', 2, 64)
	return decimal(p.Lang, text)
}

// share is n of all, in a hundred.
func share(n, all int) int { return (200*n + all) / max(2*all, 1) }

// agreement shows it.
func (s *Server) agreement(v *visit) error {
	p := AgreementPage{Shell: v.shell(v.t("manager.agreement"), "queue"), Days: policy.AgreementDays}
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		p.Agreement, err = policy.AgreementTx(ctx, tx, v.caller)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "agreement.html", p)
}
