package manager

import (
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/ui"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// frame are the pages around all others.
func (b book) frame() []ui.Story {
	return []ui.Story{
		b.story("login.html", "empty", func(s sample) any {
			return LoginPage{Shell: s.outside(s.t("manager.login")), Next: Prefix, Demo: &Login{"demo@hawker.local", "demo"}}
		}),
		b.story("login.html", "error", func(s sample) any {
			return LoginPage{Shell: s.outside(s.t("manager.login")), Email: "lan@shop.example", Problem: &Problem{Text: s.t("fault.account.login_refused")}}
		}),
		b.story("join.html", "empty", func(s sample) any {
			return JoinPage{Shell: s.outside(s.t("manager.join")), Code: "x", Countries: countries()}
		}),
		b.story("join.html", "error", func(s sample) any {
			return JoinPage{Shell: s.outside(s.t("manager.join")), Code: "x", Found: true, Countries: countries(), Form: account.Joining{Name: longText, Email: "lan", Country: "VN"}, Problem: s.problem()}
		}),
		b.story("error.html", "error", func(s sample) any {
			return ErrorPage{Shell: s.shell("home"), Heading: s.t("manager.nothing"), Text: s.t("manager.nothing_text")}
		}),
		b.story("error.html", "long", func(s sample) any {
			return ErrorPage{Shell: s.outside("!"), Heading: longWord, Text: longText, Detail: longText}
		}),
	}
}

// platform are the pages of connections, webhooks and people.
func (b book) platform() []ui.Story {
	return slices.Concat(b.connectionStories(), b.numberStories(), b.eventStories(), b.receiverStories(), b.templateFormStories(), b.settingStories())
}

func (b book) connectionStories() []ui.Story {
	number := NumberLine{
		Number:   waba.Number{ID: samplePhone, VerifiedName: "Quán Góc Phố", Digits: "842871000001", Country: "VN", QualityRating: waba.QualityGreen, Status: waba.Connected},
		Settings: waba.Settings{CatalogVisible: true, CartEnabled: true}, Profile: waba.Profile{About: "Mở cửa 6–22 giờ", Websites: []string{"https://shop.example/"}, Vertical: "RESTAURANT"},
	}
	return []ui.Story{
		b.story("connections.html", "empty", func(s sample) any { return ConnectionsPage{Shell: s.shell("connections")} }),
		b.story("connections.html", "one", func(s sample) any {
			return ConnectionsPage{Shell: s.shell("connections"), Verticals: waba.Verticals(), Accounts: []AccountLine{{Account: waba.Account{ID: 300000000000001, Name: "Quán Góc Phố"}, Numbers: []NumberLine{number}}}}
		}),
		b.story("connections.html", "many", func(s sample) any {
			second := number
			second.Status = waba.Disconnected
			second.VerifiedName, second.Profile.Description = longText, longText
			return ConnectionsPage{Shell: s.shell("connections"), Verticals: waba.Verticals(), Problem: s.problem(), Accounts: []AccountLine{
				{Account: waba.Account{ID: 300000000000001, Name: longText}, Connected: sampleCatalog, Catalog: longText, Numbers: []NumberLine{number, second}}, {Account: waba.Account{ID: 300000000000002, Name: "Trống"}},
			}}
		}),
	}
}

func (b book) eventStories() []ui.Story {
	delivery := func(s sample, state string, i int) webhook.Delivery {
		return webhook.Delivery{
			ID: id.ID(9000 + i), EventID: id.ID(8000 + i), AppID: 100000000000001, Field: "messages", URL: "https://bot.example/webhook", State: state, Attempts: 1 + i%4, LastStatus: []int{200, 0, 500, 404}[i%4],
			DueAt: s.Now.Add(time.Hour), CreatedAt: s.Now.Add(-time.Duration(i) * time.Hour), Body: `{"object":"whatsapp_business_account","entry":[{"id":"300000000000001","changes":[{"field":"messages","value":{"` + []string{`messages":[{"from":"84901234567","type":"order"}]`, `statuses":[{"status":"read"}]`, `messages":[{"type":"` + longWord + `"}]`}[i%3] + `}}]}]}`,
		}
	}
	return []ui.Story{
		b.story("events.html", "empty", func(s sample) any { return EventsPage{Shell: s.shell("events"), States: deliveryStates()} }),
		b.story("events.html", "many", func(s sample) any {
			p := EventsPage{Shell: s.shell("events"), States: deliveryStates(), State: "undelivered", Next: "#"}
			for i := range 9 {
				p.List = append(p.List, delivery(s, deliveryStates()[i%3], i))
			}
			p.List[1].URL = "https://bot.example/" + longWord + longWord
			return p
		}),
		b.story("event.html", "one", func(s sample) any {
			d := delivery(s, "delivered", 0)
			return EventPage{Shell: s.shell("events"), Delivery: d, Attempts: []webhook.Attempt{{At: s.Now, Status: 200, DurationMS: 12, Response: "ok"}}, Body: d.Body, Call: "curl -X POST"}
		}),
		b.story("event.html", "error", func(s sample) any {
			d := delivery(s, "undelivered", 2)
			return EventPage{Shell: s.shell("events"), Delivery: d, Body: d.Body, Call: "curl -X POST " + longWord, Attempts: []webhook.Attempt{
				{At: s.Now.Add(-time.Hour), Error: "connection refused"}, {At: s.Now.Add(-time.Minute), Status: 500, DurationMS: 15000, Response: longText}, {At: s.Now, Status: 404, Response: "<html>" + longWord},
			}}
		}),
	}
}

func (b book) settingStories() []ui.Story {
	roles := map[id.ID]account.Role{sampleBusiness: account.Agent}
	return []ui.Story{
		b.story("settings.html", "one", func(s sample) any {
			p := SettingsPage{Shell: s.shell("settings"), Roles: account.Roles(), Sessions: []SessionLine{{Session: account.Session{Key: "a", Agent: "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", CreatedAt: s.Now, SeenAt: s.Now}, Here: true}}}
			p.Role = account.Agent
			return p
		}),
		b.story("settings.html", "many", func(s sample) any {
			return SettingsPage{
				Shell: s.shell("settings"), Roles: account.Roles(), Problem: s.problem(), Link: s.Base + "/manager/join?code=" + longWord, Token: "EAA" + longWord, Secret: longWord,
				Sessions: []SessionLine{{Session: account.Session{Key: "a", Agent: "Firefox", CreatedAt: s.Now, SeenAt: s.Now}, Here: true}, {Session: account.Session{Key: "b", Agent: longText, CreatedAt: s.Now, SeenAt: s.Now.Add(-99 * time.Hour)}}},
				People:   []account.Person{{ID: 1, Email: "lan@shop.example", Name: "Lan", Roles: roles}, {ID: 2, Email: longWord + "@shop.example", Name: longText, Roles: roles}},
				Apps:     []account.App{{ID: 100000000000001, Name: "Bot"}, {ID: 2, Name: longText}},
			}
		}),
	}
}
