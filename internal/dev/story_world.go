package dev

import (
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/inject"
	"github.com/hawkerhq/hawker/internal/ui"
)

// worldStories are the pages that break, keep and bring back the world.
func worldStories() []ui.Story {
	faults := func(s sample) FaultsPage {
		p := FaultsPage{Shell: s.shell("faults"), Fields: hookFields(), Form: FaultForm{On: inject.Graph}}
		for _, e := range faultExamples {
			p.Examples = append(p.Examples, Example{Name: i18n.T(s.Lang, "dev.fault_"+e.name), Href: "/dev"})
		}
		return p
	}
	snapshots := func(s sample) SnapshotsPage {
		return SnapshotsPage{Shell: s.shell("snapshots"), Before: beforeRestore, Calls: snippets("POST", s.Base+"/sandbox/v1/snapshots/lunch/restore", []string{"Authorization: Bearer EAADEMO"}, "")}
	}
	return []ui.Story{
		story("faults.html", "empty", func(s sample) any { return faults(s) }),
		story("faults.html", "many", func(s sample) any {
			p := faults(s)
			p.List = []FaultLine{
				{Name: "half", On: inject.Graph, Rule: `{"code":131000,"method":"POST","route":"*/messages","share":0.5,"status":500}`, Applied: 12},
				{Name: longWord, On: inject.Webhook, Rule: `{"field":"messages","duplicate":1}`, Applied: 1, Bounded: true, Left: 4},
				{Name: "down", On: inject.Webhook, Rule: `{"status":503}`, Applied: 5, Bounded: true},
			}
			p.Recent = []inject.Applied{{At: s.Now, Fault: "half", On: inject.Graph, What: "POST /400000000000001/messages"}, {At: s.Now, Fault: longWord, On: inject.Webhook, What: "delivery 8000000000001 of field messages"}}
			p.Calls = snippets("PUT", s.Base+"/sandbox/v1/faults", nil, `{"faults":[{"on":"webhook","duplicate":1}]}`)
			return p
		}),
		story("faults.html", "error", func(s sample) any {
			p := faults(s)
			p.Form = FaultForm{On: inject.Webhook, Name: longWord, Field: "messages", Latency: "soon", Reorder: true, Phone: "400000000000001", More: true}
			p.Problem, p.Detail = i18n.T(s.Lang, "fault.inject.rule"), `latency: "soon"; it is a span of time such as 2s`
			return p
		}),
		story("snapshots.html", "empty", func(s sample) any { return snapshots(s) }),
		story("snapshots.html", "many", func(s sample) any {
			p := snapshots(s)
			p.List = []string{beforeRestore, "lunch", "a-name-of-forty-letters-is-the-longest-on"}
			return p
		}),
		story("snapshots.html", "error", func(s sample) any {
			p := snapshots(s)
			p.Name, p.Problem, p.Detail = longWord, i18n.T(s.Lang, "fault.db.snapshot_name"), longWord
			return p
		}),
	}
}
