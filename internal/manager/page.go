package manager

import (
	"embed"
	"html/template"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/picture"
	"github.com/hawkerhq/hawker/internal/ui"
)

//go:embed template/*.html
var templateFiles embed.FS

// pages maps a page's file to a value of the type it is rendered with.
var pages = map[string]any{
	"login.html": LoginPage{}, "join.html": JoinPage{}, "error.html": ErrorPage{}, "home.html": HomePage{},
	"items.html": ItemsPage{}, "item.html": ItemPage{}, "item_form.html": ItemFormPage{},
	"connections.html": ConnectionsPage{}, "number.html": NumberPage{}, "sources.html": SourcesPage{}, "source.html": SourcePage{}, "upload.html": UploadPage{}, "issues.html": IssuesPage{}, "batches.html": BatchesPage{}, "batch.html": BatchPage{},
	"sets.html": SetsPage{}, "set.html": SetPage{}, "orders.html": OrdersPage{}, "order.html": OrderPage{}, "board.html": BoardPage{}, "customers.html": CustomersPage{}, "customer.html": CustomerPage{}, "inbox.html": InboxPage{}, "thread.html": ThreadPage{},
	"compose.html": ComposePage{}, "events.html": EventsPage{}, "receivers.html": ReceiversPage{}, "event.html": EventPage{}, "settings.html": SettingsPage{}, "queue.html": QueuePage{}, "agreement.html": AgreementPage{}, "templates.html": TemplatesPage{}, "template_form.html": TemplateFormPage{},
	"reports.html": ReportsPage{}, "appeals.html": AppealsPage{}, "standing.html": StandingPage{}, "india.html": IndiaPage{},
}

func templates() ui.Templates {
	return ui.Templates{
		Files: templateFiles, Shared: []string{"template/layout.html", "template/part.html", "template/moderation.html", "template/picker.html"},
		Pages: slices.Collect(maps.Keys(pages)), Funcs: funcs,
	}
}

// funcs are what only these templates call.
func funcs(lang string) template.FuncMap {
	return template.FuncMap{
		"templatetone": templateTone,
		"thumb":        picture.Thumb,
		"full":         picture.Full,
		"number":       func(n int) string { return number(lang, n) },
		"number64":     func(n int64) string { return number(lang, int(n)) },
		"zero":         func(t time.Time) bool { return t.IsZero() },
		"stock":        func(value string) string { return choice(lang, "availability", value) },
		"choice":       func(field, value string) string { return choice(lang, field, value) },
		"reviewed":     func(state string) string { return i18n.T(lang, reviewKeys[state]) },
		"reviewer":     func(name string) string { return reviewerName(lang, name) },
		"policyname":   func(p string) string { return policyName(lang, p) },
		"timelineicon": timelineIcon,
		"verdict":      verdictForm,
		"likely":       func(i catalog.Item) []string { return newCase(i).Likely },
		"unlikely":     func(i catalog.Item) []string { return newCase(i).Others },
		"vendor":       func(key string) string { return vendorTerm(lang, key) },
		"said":         func(text string) string { return i18n.Retell(lang, text) },
		"hint":         func(field string) string { return hint(lang, field) },
		"int64":        func(n int) int64 { return int64(n) },
		"int":          func(n int64) int { return int(n) },
		"intervals":    func() []string { return []string{"HOURLY", "DAILY", "WEEKLY", "MONTHLY"} },
		"rule":         ruleText,
		"bulk":         func() []string { return []string{"show", "hide", "in_stock", "sold_out", "delete"} },
		"issue":        func(d catalog.Diagnostic) string { return issueText(lang, d, "", d.Title) },
		"remedy":       func(d catalog.Diagnostic) string { return issueText(lang, d, "_do", d.Subtitle) },
		"issuehelp":    func(d catalog.Diagnostic) string { return issueHelp[d.Error] },
		"fixable":      fixable,
		"enquiry":      enquiry,
		"device":       func(agent string) string { return device(lang, agent) },
		"webhook":      func(body string) string { return webhookName(lang, body) },
		"left":         func(d time.Duration) string { return left(lang, d) },
		"share":        share,
		"percent":      func(n, all int) int { return 100 * n / max(all, 1) },
	}
}

// ruleText is the rule of a set as people read it: JSON that came from a page has these escaped.
func ruleText(filter string) string {
	return strings.NewReplacer(`\u0026`, "&", `\u003c`, "<", `\u003e`, ">").Replace(filter)
}

// policyName is a policy as people read it, or its id where it has no text.
func policyName(lang, p string) string {
	head, _, _ := strings.Cut(p, ".")
	if key := "policy.name_" + head; i18n.Has(lang, key) {
		return i18n.T(lang, key)
	}
	return p
}

// reviewerName is who decided: a person by name, a part of the program in the visitor's language.
func reviewerName(lang, name string) string {
	if strings.HasPrefix(name, "texts-") { // of any version of the rules
		return i18n.T(lang, "manager.by_rules")
	}
	return choice(lang, "reviewer", name)
}

// vendorTerm is what a page is called in English, where it is shown in another language: Meta's own pages and documents call it so.
func vendorTerm(lang, key string) string {
	if english := i18n.Languages()[0]; lang != english {
		return i18n.T(english, key)
	}
	return ""
}

// choice is a value of an enumeration as people read it; one that has no text stays as it is.
func choice(lang, field, value string) string {
	key := "manager.c_" + field + "_" + strings.ReplaceAll(value, " ", "_")
	if i18n.Has(lang, key) {
		return i18n.T(lang, key)
	}
	return value
}

// issueText is what a diagnostic says, in the visitor's language.
func issueText(lang string, d catalog.Diagnostic, part, text string) string {
	if key := "manager.issue_" + strconv.Itoa(d.Code) + part; i18n.Has(lang, key) {
		return i18n.T(lang, key)
	}
	return text
}

// issueHelp are the pages that explain issues which take an item out of chats.
var issueHelp = map[string]string{catalog.PolicyViolation: "/help/commerce-policy", catalog.MissingIndia: "/help/india"}

// hint says what to write into a field, where that needs saying.
func hint(lang, field string) string {
	if key := "manager.h_" + field; i18n.Has(lang, key) {
		return i18n.T(lang, key)
	}
	return ""
}

// left is how long something still takes, in hours and minutes.
func left(lang string, d time.Duration) string {
	d = d.Truncate(time.Minute)
	return i18n.T(lang, "manager.left", "h", strconv.Itoa(int(d.Hours())), "m", strconv.Itoa(int(d.Minutes())%60))
}

// number groups a number's digits as the language does.
func number(lang string, n int) string {
	sep := byte(',')
	if lang == "vi" {
		sep = '.'
	}
	text := strconv.Itoa(n)
	var b []byte
	for i := range len(text) {
		if i > 0 && (len(text)-i)%3 == 0 && text[i-1] != '-' {
			b = append(b, sep)
		}
		b = append(b, text[i])
	}
	return string(b)
}

// decimal is a number with a point as the language writes it.
func decimal(lang, text string) string {
	if lang == "vi" {
		return strings.ReplaceAll(text, ".", ",")
	}
	return text
}

// Shell is what every page has around its own content.
type Shell struct {
	Lang, Theme, Title, Section, Path string
	// Base is the path of the business at hand.
	Base       string
	Person     string
	Role       account.Role
	Business   account.Business
	Businesses []account.Business
	Catalog    catalog.Catalog
	Catalogs   []catalog.Catalog
	Nav        []Nav
	// Toast says what was just done, Did how a program does it.
	Toast, Did string
}

// Tabs are the pages at the foot of a small screen.
func (s Shell) Tabs() (list []Nav) {
	for _, n := range s.Nav {
		if slices.Contains([]string{"home", "items", "inbox", "orders", "queue"}, n.Section) && len(list) < 4 {
			list = append(list, n)
		}
	}
	return list
}

// Keeper tells whether the person may change items.
func (s Shell) Keeper() bool { return slices.Contains(keepers, s.Role) }

// Admin tells whether the person may change anything.
func (s Shell) Admin() bool { return s.Role == account.Administrator }

// Speaker tells whether the person may write to customers.
func (s Shell) Speaker() bool { return slices.Contains(speakers, s.Role) }

// ErrorPage says that something is not there or did not work.
type ErrorPage struct {
	Shell
	Heading, Text, Detail string
}

// LoginPage asks who is there.
type LoginPage struct {
	Shell
	Next, Email string
	Demo        *Login
	Problem     *Problem
}

// JoinPage is where an invited person writes about themselves.
type JoinPage struct {
	Shell
	Code      string
	Found     bool // found a business too
	Form      account.Joining
	Problem   *Problem
	Countries []string
}
