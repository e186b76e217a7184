package manager

import (
	"strings"

	"github.com/hawkerhq/hawker/internal/registration"
	"github.com/hawkerhq/hawker/internal/ui"
	"github.com/hawkerhq/hawker/internal/waba"
)

// numberStories are a number before it is verified, before it is registered, and at work.
func (b book) numberStories() []ui.Story {
	page := func(s sample, n waba.Number) NumberPage {
		n.ID, n.Digits, n.VerifiedName, n.Country, n.Throughput = samplePhone, "842871000001", "Quán Góc Phố", "VN", waba.ThroughputStandard
		return NumberPage{Shell: s.shell("connections"), Number: n, Account: waba.Account{ID: 300000000000001, Name: "Quán Góc Phố"}, CodeStatus: waba.CodeNone, Tier: waba.Tier250}
	}
	return []ui.Story{
		b.story("number.html", "empty", func(s sample) any {
			return page(s, waba.Number{Status: waba.Pending, NameStatus: waba.NamePending, QualityRating: waba.QualityUnknown})
		}),
		b.story("number.html", "code", func(s sample) any {
			p := page(s, waba.Number{Status: waba.Pending, NameStatus: waba.NamePending, QualityRating: waba.QualityUnknown})
			p.Code, p.Problem = &registration.Code{Code: "048151", Method: "SMS", Until: s.Now}, s.problem()
			return p
		}),
		b.story("number.html", "verified", func(s sample) any {
			p := page(s, waba.Number{Status: waba.Disconnected, NameStatus: waba.NameApproved, QualityRating: waba.QualityGreen})
			p.CodeStatus, p.PINSet = waba.CodeVerified, true
			return p
		}),
		b.story("number.html", "long", func(s sample) any {
			p := page(s, waba.Number{Status: waba.Connected, NameStatus: waba.NameApproved, QualityRating: waba.QualityRed, NewName: longText, NewNameStatus: waba.NameDeclined})
			p.Number.VerifiedName, p.Account.Name, p.PINSet, p.Tier, p.Number.Throughput = longText, longText, true, waba.TierUnlimited, waba.ThroughputHigh
			p.Sites = []EmbedSite{{"https://quan-goc-pho.example", true}, {"https://" + strings.Repeat("rat-dai-", 12) + ".example", false}}
			p.Script = `<script src="https://hawker.example/embed.js" data-number="400000000000001" async></script>`
			return p
		}),
	}
}
