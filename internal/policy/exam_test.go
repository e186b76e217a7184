package policy_test

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/money"
	"github.com/hawkerhq/hawker/internal/policy"
)

// listings reads labelled listings.
func listings(t testing.TB, name string) (list []policy.Labelled, items []catalog.Item) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		list = append(list, policy.Labelled{ID: r[0], Lang: r[1], Title: r[2], Expected: r[6], PolicyID: r[7], Note: r[8]})
		i := catalog.Item{Title: r[2], Description: r[3], GoogleCategory: r[4]}
		if price, err := money.Parse(r[5]); err == nil {
			i.Price = price
		}
		items = append(items, i)
	}
	return list, items
}

func examine(t *testing.T, name string) *policy.Score {
	t.Helper()
	r, err := policy.NewRules()
	if err != nil {
		t.Fatal(err)
	}
	list, items := listings(t, name)
	for n := range list {
		list[n].Got = r.Judge(items[n])
	}
	return policy.Examine(list)
}

// TestTheReviewerIsAsGoodAsItWas: on listings it was tuned with, and on listings held out from that. Raise the bounds when it
// gets better.
func TestTheReviewerIsAsGoodAsItWas(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct{ precision, recall, human float64 }{
		"testdata/own_tune.csv":        {0.99, 0.99, 0.15},
		"testdata/own_heldout.csv":     {0.96, 0.95, 0.15},
		"testdata/second_tune.csv":     {0.99, 0.99, 0.15},
		"testdata/second_heldout.csv":  {0.97, 0.97, 0.15},
		"testdata/third_heldout.csv":   {0.97, 0.95, 0.15},
		"testdata/fourth_heldout.csv":  {0.97, 0.95, 0.15},
		"testdata/fifth_heldout.csv":   {0.97, 0.95, 0.15},
		"testdata/sixth_heldout.csv":   {0.97, 0.95, 0.15},
		"testdata/seventh_heldout.csv": {0.97, 0.95, 0.15},
		"testdata/eighth_heldout.csv":  {0.97, 0.95, 0.15},
	} {
		s := examine(t, name)
		if s.Precision() < want.precision || s.Recall() < want.recall || s.HumanShare() > want.human {
			t.Errorf("%s: precision %.3f, recall %.3f, %.3f to a person; want %+v", name, s.Precision(), s.Recall(), s.HumanShare(), want)
		}
		if s.Evasions.Listings > 0 && float64(s.EvasionsCaught) < 0.8*float64(s.Evasions.Listings) {
			t.Errorf("%s: of %d evasions %d are not approved", name, s.Evasions.Listings, s.EvasionsCaught)
		}
		if float64(s.RightPolicy) < 0.9*float64(s.RejectedRightly) {
			t.Errorf("%s: of %d rejected rightly %d name the policy", name, s.RejectedRightly, s.RightPolicy)
		}
	}
}

func TestAScoreIsKeptByLanguageAndPolicy(t *testing.T) {
	t.Parallel()
	got := func(verdict, id string) policy.Judgement { return policy.Judgement{Verdict: verdict, PolicyID: id} }
	s := policy.Examine([]policy.Labelled{
		{Lang: "en", Expected: policy.Reject, PolicyID: "alcohol", Got: got(policy.Reject, "alcohol")},
		{Lang: "en", Expected: policy.Reject, PolicyID: "alcohol", Note: "leet", Got: got(policy.Approve, "")},
		{Lang: "vi", Expected: policy.Approve, Got: got(policy.Reject, "alcohol")},
		{Lang: "vi", Expected: policy.Reject, PolicyID: "drugs", Note: "leet alt=healthcare", Got: got(policy.Reject, "healthcare")},
		{Lang: "vi", Expected: policy.Reject, PolicyID: "drugs", Got: got(policy.Reject, "tobacco")},
		{Lang: "vi", Expected: policy.Human, PolicyID: "drugs", Got: got(policy.Human, "drugs")},
	})
	for name, c := range map[string]struct{ got, want policy.Tally }{
		"all":      {s.Tally, policy.Tally{Listings: 6, ToReject: 4, Rejected: 4, RejectedRightly: 3, RightPolicy: 2, Human: 1}},
		"en":       {*s.ByLanguage["en"], policy.Tally{Listings: 2, ToReject: 2, Rejected: 1, RejectedRightly: 1, RightPolicy: 1}},
		"vi":       {*s.ByLanguage["vi"], policy.Tally{Listings: 4, ToReject: 2, Rejected: 3, RejectedRightly: 2, RightPolicy: 1, Human: 1}},
		"alcohol":  {*s.ByPolicy["alcohol"], policy.Tally{Listings: 3, ToReject: 2, Rejected: 2, RejectedRightly: 1, RightPolicy: 1}},
		"drugs":    {*s.ByPolicy["drugs"], policy.Tally{Listings: 3, ToReject: 2, Rejected: 2, RejectedRightly: 2, RightPolicy: 1, Human: 1}},
		"evasions": {s.Evasions, policy.Tally{Listings: 2, ToReject: 2, Rejected: 1, RejectedRightly: 1, RightPolicy: 1}},
	} {
		if c.got != c.want {
			t.Errorf("%s: %+v, want %+v", name, c.got, c.want)
		}
	}
	if len(s.Misses) != 3 || s.EvasionsCaught != 1 {
		t.Errorf("%d misses, %d evasions caught", len(s.Misses), s.EvasionsCaught)
	}
}

// TestVerdictsDoNotHangOnOneWord: a listing to reject loses a word of its title or description that is no part of the evidence,
// each in turn, and stays rejected, or at least does not pass unseen.
func TestVerdictsDoNotHangOnOneWord(t *testing.T) {
	t.Parallel()
	r, err := policy.NewRules()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"own_tune", "own_heldout", "second_tune", "second_heldout"} {
		list, items := listings(t, "testdata/"+name+".csv")
		tried, kept, passed := 0, 0, 0
		for n, l := range list {
			j := r.Judge(items[n])
			if l.Expected != policy.Reject || j.Verdict != policy.Reject {
				continue
			}
			for field, text := range map[string]*string{"title": &items[n].Title, "description": &items[n].Description} {
				whole := *text
				for _, word := range incidental(field, whole, j.Evidence) {
					*text = whole[:word[0]] + whole[word[1]:]
					tried++
					switch r.Judge(items[n]).Verdict {
					case policy.Reject:
						kept++
					case policy.Approve:
						passed++
					}
				}
				*text = whole
			}
		}
		t.Logf("%s: %d words taken out, %d listings stay rejected, %d are approved", name, tried, kept, passed)
		if tried < 400 || float64(kept) < 0.99*float64(tried) || float64(passed) > 0.01*float64(tried) {
			t.Errorf("%s: of %d listings without a word that is no evidence %d stay rejected, %d are approved", name, tried, kept, passed)
		}
	}
}

// incidental are the bounds of the words of a text that no evidence is in.
func incidental(field, text string, evidence []policy.Evidence) (words [][2]int) {
	apart := func(c rune) bool { return unicode.IsSpace(c) || c == ',' }
	for start := 0; start < len(text); {
		size := strings.IndexFunc(text[start:], apart)
		if size < 0 {
			size = len(text) - start
		}
		end := start + size
		touches := slices.ContainsFunc(evidence, func(e policy.Evidence) bool { return e.Field == field && e.Start < end && start < e.End })
		if size > 0 && !touches {
			words = append(words, [2]int{start, end})
		}
		_, next := utf8.DecodeRuneInString(text[end:])
		start = end + max(next, 1)
	}
	return words
}

func TestTextsAreReadAsPeopleReadThem(t *testing.T) {
	t.Parallel()
	r, err := policy.NewRules()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ title, verdict, id, evidence string }{
		{"V.o.d.k.a 700 ml", policy.Reject, "alcohol", "V.o.d.k.a"},
		{"v o d k a bottle", policy.Reject, "alcohol", "v o d k a"},
		{"ѵоdkа 1 L", policy.Reject, "alcohol", "ѵоdkа"}, // Cyrillic letters
		{"vod\u200bka", policy.Reject, "alcohol", "vod\u200bka"},
		{"ＶＯＤＫＡ", policy.Reject, "alcohol", "ＶＯＤＫＡ"},
		{"V0dk4", policy.Reject, "alcohol", "V0dk4"},
		{"Rượu nếp cẩm", policy.Reject, "alcohol", "Rượu nếp"},
		{"ruou nep cam", policy.Reject, "alcohol", "ruou nep"},
		{"Trà đào 100%", policy.Approve, "", ""}, // đào, not đao
		{"Bò khô 200 g", policy.Approve, "", ""},
		{"Ly uống rượu vang", policy.Approve, "", ""},
		{"Wine glasses, set of 6", policy.Approve, "", ""},
		{"Wine glasses with red wine", policy.Reject, "alcohol", "red wine"},
		{"Glasses for wine", policy.Approve, "", ""},
		{"Copas de vino", policy.Approve, "", ""},
		{"Vino tinto con copas", policy.Reject, "alcohol", "Vino tinto"},
		{"Champagne gold frame", policy.Approve, "", ""},
		{"Alcohol free beer", policy.Approve, "", ""},
		{"Water gun", policy.Approve, "", ""},
		{"Dog bed", policy.Approve, "", ""},
		{"Dog, vaccinated, 8 weeks", policy.Reject, "animals", "Dog"},
		{"Replica dinosaur skeleton", policy.Approve, "", ""},
		{"Rolex replica", policy.Reject, "counterfeit", "replica"},
		{"Vitamin C tablets", policy.Human, "supplements", "Vitamin C tablets"},
		{"", policy.Approve, "", ""},
	} {
		j := r.Judge(catalog.Item{Title: c.title})
		evidence := ""
		if len(j.Evidence) > 0 {
			evidence = j.Evidence[0].Text
		}
		if j.Verdict != c.verdict || j.PolicyID != c.id || evidence != c.evidence {
			t.Errorf("%q: %s %s by %q, want %s %s by %q", c.title, j.Verdict, j.PolicyID, evidence, c.verdict, c.id, c.evidence)
		}
	}
}

// FuzzJudge: whatever a listing says, the reviewer decides, and its evidence is a part of the text.
func FuzzJudge(f *testing.F) {
	for _, s := range []string{"V.o.d.k.a", "rượu", "\xff\xfe", "مسدس ماء", "बिना पर्ची", strings.Repeat("a ", 200), "1 1 1:1", "\u200b\u200b", "½ ① Ⅷ"} {
		f.Add(s, s)
	}
	r, err := policy.NewRules()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, title, description string) {
		j := r.Judge(catalog.Item{Title: title, Description: description})
		if (j.Verdict == policy.Approve) != (len(j.Evidence) == 0) || (j.PolicyID == "") != (j.Verdict == policy.Approve) {
			t.Errorf("%+v", j)
		}
		for _, e := range j.Evidence {
			text := map[string]string{"title": title, "description": description}[e.Field]
			if text[e.Start:e.End] != e.Text || e.Text == "" {
				t.Errorf("evidence %+v is not in %q", e, text)
			}
		}
	})
}
