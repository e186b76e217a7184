package manager

import (
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/ui"
	"github.com/hawkerhq/hawker/internal/waba"
)

// moderation are the pages about what may be sold: appeals, reports, accounts.
func (b book) moderation() []ui.Story {
	return []ui.Story{
		b.story("agreement.html", "empty", func(s sample) any { return s.agreement() }),
		b.story("agreement.html", "one", func(s sample) any { return s.agreement(policy.Moderator{ID: 1, Name: "Mai", Approved: 4}) }),
		b.story("agreement.html", "many", func(s sample) any {
			p := s.agreement(policy.Moderator{ID: 1, Name: "Mai", Approved: 1234, Rejected: 310, Held: 12, Twice: 40, Agreed: 33, Reversed: 5}, policy.Moderator{ID: 2, Name: longWord, Approved: 12, Twice: 40, Agreed: 33})
			p.Twice, p.Agreed, p.Rejected, p.SamePolicy, p.FirstApproved, p.SecondApproved = 40, 33, 12, 9, 24, 21
			return p
		}),
		b.story("reports.html", "empty", func(s sample) any { return ReportsPage{Shell: s.shell("reports")} }),
		b.story("reports.html", "many", func(s sample) any {
			p := ReportsPage{Shell: s.shell("reports"), Problem: s.problem()}
			for _, i := range s.items(5) {
				p.Items = append(p.Items, policy.Reported{
					Item: i, Count: 1234, Latest: s.Now, Texts: []string{longText, "Không giống hình."},
					Reasons: []policy.ReasonCount{{Reason: "misleading", Count: 1200}, {Reason: "other", Count: 34}},
				})
			}
			return p
		}),
		b.story("appeals.html", "empty", func(s sample) any { return AppealsPage{Shell: s.shell("appeals")} }),
		b.story("appeals.html", "many", func(s sample) any {
			items := s.items(5)
			p := AppealsPage{Shell: s.shell("appeals"), Rejected: []catalog.Item{items[3], items[4]}, Problem: s.problem()}
			for n, state := range []string{policy.AppealOpen, policy.AppealGranted, policy.AppealRefused, policy.AppealOvertaken} {
				a := policy.Appeal{ID: id.ID(n + 1), ItemID: items[n].ID, Message: longText, AskedBy: "Lan", State: state, CreatedAt: s.Now.Add(-48 * time.Hour)}
				if state != policy.AppealOpen {
					a.DecidedAt, a.DecidedBy, a.Reason = s.Now, "Mai", longText
				}
				p.Appeals = append(p.Appeals, AppealLine{Appeal: a, Item: items[n], Gone: n == 1})
			}
			return p
		}),
		b.story("india.html", "empty", func(s sample) any { return IndiaPage{Shell: s.shell("india")} }),
		b.story("india.html", "many", func(s sample) any {
			p := IndiaPage{Shell: s.shell("india"), Types: waba.EntityTypes(), Total: 120, LackingAll: 4, Problem: s.problem()}
			for _, i := range s.items(4) {
				p.Lacking = append(p.Lacking, catalog.Lacking{Item: i, Fields: []string{"importer_name", "importer_address.street1"}})
			}
			for n := range 2 {
				one := IndianNumber{Number: waba.Number{ID: id.ID(400000000000003 + n), VerifiedName: "Malabar Spice Room", Digits: "914847100003"}, Told: n == 0}
				one.Compliance = waba.Compliance{EntityName: "Malabar Spice Room", EntityType: "PARTNERSHIP", Grievance: waba.Contact{Name: longText}}
				one.measure()
				p.Numbers = append(p.Numbers, one)
			}
			return p
		}),
		b.story("standing.html", "empty", func(s sample) any { return StandingPage{Shell: s.shell("standing")} }),
		b.story("standing.html", "one", func(s sample) any {
			held := policy.Standing{Account: waba.Account{ID: 300000000000001, Name: "Quán Góc Phố"}}
			return StandingPage{Shell: s.shell("standing"), Accounts: []AccountStanding{{held, ladderOf(held), s.Now}}}
		}),
		b.story("standing.html", "many", func(s sample) any {
			return StandingPage{
				Shell: s.shell("standing"), Moderates: true, Problem: s.problem(), Policies: policy.AccountPolicies(), Rungs: append(waba.Rungs(), policy.Reinstate),
				Accounts: []AccountStanding{s.held(waba.Days5, 73*time.Hour), s.held(waba.Locked, 0), s.held(waba.Disabled, 0)},
			}
		}),
	}
}

// held is an account on a rung.
func (s sample) held(rung string, left time.Duration) AccountStanding {
	a := policy.Standing{
		Account: waba.Account{ID: 300000000000001, Name: "Quán Góc Phố"}, Rung: rung, Disabled: rung == waba.Disabled,
		Restrictions: []waba.Restriction{waba.AddNumbers, waba.WriteFirst, waba.WriteAtAll},
	}
	if left > 0 {
		a.Until = s.Now.Add(left)
	}
	if rung == waba.Locked {
		a.DisabledAt = s.Now.Add(96 * time.Hour)
	}
	for n, state := range []string{"", waba.AppealOpen, waba.AppealReversed} {
		v := waba.Violation{
			ID: id.ID(900 + n), WABAID: a.Account.ID, PolicyID: "alcohol", Rung: rung, Restrictions: a.Restrictions, Reason: longText, DecidedBy: "Mai", At: s.Now.Add(-time.Hour), Ends: a.Until,
		}
		r := policy.RecordAt(v, s.Now)
		if state != "" {
			r.Appeal = waba.Appeal{State: state, Message: longText, Reason: "We looked again."}
		}
		r.Items = []waba.Strike{{ItemID: 700000000000000, RetailerID: "PH01"}, {ItemID: 700000000000001, RetailerID: longWord}}
		a.Records = append(a.Records, r)
	}
	return AccountStanding{a, ladderOf(a), s.Now}
}

// agreement is a page about moderators.
func (s sample) agreement(people ...policy.Moderator) AgreementPage {
	p := AgreementPage{Shell: s.shell("queue"), Days: policy.AgreementDays, Agreement: policy.Agreement{People: people}}
	p.Title = s.t("manager.agreement")
	return p
}

// cases are items that wait, for every reason.
func (s sample) cases(items []catalog.Item) (list []Case) {
	held, appealed, long := newCase(items[1]), newCase(items[3]), newCase(items[4])
	appealed.Appeals, appealed.Appeal = true, longText
	long.Appeals = true
	long.Opinions = []policy.Opinion{{PersonID: 7, Person: "Mai", Verdict: policy.ActReject, PolicyID: "tobacco", Reason: longText, At: s.Now}}
	asked := newCase(items[1])
	asked.Asked, asked.Opinions = true, long.Opinions
	held.Similar = []policy.Ruling{
		{ItemID: items[0].ID, Title: "Rượu vang đỏ", Person: "Mai", Act: policy.ActReject, Policy: "alcohol", Terms: "rượu vang", Reason: "Đồ uống có cồn.", At: s.Now.Add(-50 * time.Hour), SameTerms: true},
		{ItemID: items[2].ID, Title: "Ly uống rượu", Person: "An", Act: policy.ActApprove, Policy: "alcohol", At: s.Now.Add(-900 * time.Hour)},
	}
	long.Similar = []policy.Ruling{{ItemID: items[0].ID, Title: longWord + longText, Person: longWord, Act: policy.ActReject, Terms: longWord, Reason: longText, At: s.Now, SameTerms: true}}
	return []Case{held, appealed, long, asked}
}
