package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/hawkerhq/hawker/internal/embed"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/ui"
)

// EmbedPrefix is the path of chats that stand in pages of a business; EmbedScript puts one there.
const (
	EmbedPrefix = "/embed"
	EmbedScript = "/embed.js"
)

// embedRoutes are the pages of such a chat: those of the chat without its phone, its files and its neighbours.
func (s *Server) embedRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+EmbedScript, func(w http.ResponseWriter, r *http.Request) { s.assets.Serve(w, r, "js/embed.js") })
	const at = EmbedPrefix + "/{phone}"
	mux.HandleFunc("GET "+at, s.framed(s.embedded))
	mux.HandleFunc("POST "+at+"/start", s.framed(s.beginEmbed))
	mux.HandleFunc("POST "+at+"/end", s.framed(s.endEmbed))
	for pattern, f := range map[string]func(*visit) error{
		"GET /live": s.liveChat, "POST /messages": s.postMessage, "POST /answer": s.postAnswer, "GET /media/{id}": s.file, "POST /read": s.postRead,
		"GET /profile": s.profile, "POST /offers": s.offers, "GET /items": s.messageItems, "GET /catalog": s.catalog, "GET /product/{sku}": s.product,
		"POST /product/{sku}/report": s.report, "GET /cart": s.cart, "POST /cart": s.putCart, "POST /cart/send": s.sendCart, "GET /order": s.order,
		"GET /flow": s.flow,
	} {
		method, rest, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+at+rest, s.framed(known(s, f)))
	}
	mux.HandleFunc("POST "+at+"/flow", s.framedOf(flowMost, known(s, s.postFlow)))
}

// framed adapts a page that may stand in the sites a number's business picked, and nowhere else.
func (s *Server) framed(f func(*visit) error) http.HandlerFunc { return s.framedOf(formMost, f) }

// framedOf is such a page whose forms may have that many bytes.
func (s *Server) framedOf(most int64, f func(*visit) error) http.HandlerFunc {
	return s.adapt(most, func(v *visit) (err error) {
		v.embedded = true
		if v.phone, err = id.Parse(v.PathValue("phone")); err != nil {
			return errNothing
		}
		sites, err := s.Embed.Sites(v.Context(), v.phone)
		if err != nil {
			return err
		}
		if len(sites) == 0 {
			v.phone = 0
			return errNothing
		}
		ui.Frame(v.w.Header(), sites)
		if lang := v.URL.Query().Get("lang"); lang != "" {
			v.lang = i18n.Match(lang)
		}
		if c, err := v.Cookie(v.visitorCookie()); err == nil {
			if v.customer, _, err = s.Embed.Visitor(v.Context(), v.phone, c.Value); err != nil {
				return err
			}
		}
		if v.customer.Locale != "" {
			v.lang = i18n.Match(v.customer.Locale)
		}
		return nil
	}, f)
}

// known is a page for visitors who have begun, no faster than they may.
func known(s *Server, f func(*visit) error) func(*visit) error {
	return func(v *visit) error {
		if v.customer.WaID == "" {
			return errPick
		}
		if v.Method != http.MethodGet {
			count := s.Embed.Step
			if says(v.URL.Path) {
				count = s.Embed.Speak
			}
			if err := count(v.customer.WaID); err != nil {
				return err
			}
		}
		return f(v)
	}
}

// says tells the paths that write to the business.
func says(path string) bool {
	for _, end := range []string{"/messages", "/answer", "/send", "/report", "/flow"} {
		if strings.HasSuffix(path, end) {
			return true
		}
	}
	return false
}

// visitorCookie keeps a visitor's token: one for each number, kept apart by the site around it, sent over TLS only.
func (v *visit) visitorCookie() string { return "__Host-hawker_visitor_" + v.phone.String() }

func (v *visit) remember(token string, seconds int) {
	http.SetCookie(v.w, &http.Cookie{
		Name: v.visitorCookie(), Value: token, Path: "/", MaxAge: seconds, Secure: true, HttpOnly: true, SameSite: http.SameSiteNoneMode, Partitioned: true,
	})
}

// BeginPage asks a visitor how to call them, and says what becomes of what they write.
type BeginPage struct {
	Shell
	Business Business
	Name     string
	Problem  string
	// Days is how long the visitor is known.
	Days int
}

// embedded shows the chat, or how it begins.
func (s *Server) embedded(v *visit) error {
	if v.customer.WaID == "" {
		return s.showBegin(v, http.StatusOK, BeginPage{})
	}
	return s.conversation(v)
}

func (s *Server) showBegin(v *visit, status int, p BeginPage) error {
	view, err := s.Exchange.Business(v.Context(), v.phone, "")
	if err != nil {
		return err
	}
	p.Business, p.Days = v.business(view), int(embed.Life.Hours()/24)
	if p.Shell, err = s.shell(v, p.Business.Name, ""); err != nil {
		return err
	}
	return s.show(v, status, "begin.html", p)
}

// beginEmbed makes the visitor.
func (s *Server) beginEmbed(v *visit) error {
	if lang := v.PostFormValue("lang"); lang != "" {
		v.lang = i18n.Match(lang)
	}
	name := v.PostFormValue("name")
	token, err := s.Embed.Begin(v.Context(), v.phone, embed.Newcomer{Name: name, Lang: v.lang, Place: s.Place(v.Request)})
	if problem, ok := ui.WordsOf(v.lang, err); ok {
		status := http.StatusUnprocessableEntity
		if isTooMany(err) {
			status = http.StatusTooManyRequests
		}
		return s.showBegin(v, status, BeginPage{Name: name, Problem: problem})
	}
	if err != nil {
		return err
	}
	v.remember(token, int(embed.Life.Seconds()))
	return v.redirect(v.at() + "?" + url.Values{"began": {"1"}}.Encode())
}

// endEmbed forgets the visitor.
func (s *Server) endEmbed(v *visit) error {
	if c, err := v.Cookie(v.visitorCookie()); err == nil {
		if err := s.Embed.End(v.Context(), v.phone, c.Value); err != nil {
			return err
		}
	}
	v.remember("", -1)
	return v.redirect(v.at() + "?" + url.Values{"lang": {v.lang}}.Encode())
}

// theirs tells whether a visitor may see a file of a message: they name the message, and it is one of their chat.
func (s *Server) theirs(v *visit, file id.ID) (bool, error) {
	m, err := s.Exchange.Message(v.Context(), v.phone, v.customer.WaID, v.URL.Query().Get("m"))
	if err != nil {
		return false, err
	}
	return m.Holds(file), nil
}

// at is where the chat at hand is; business is the other end of it.
func (v *visit) at() string { return Business{Phone: v.phone.String(), Embedded: v.embedded}.At() }

func (v *visit) business(b messaging.BusinessView) Business {
	return Business{
		Phone: b.PhoneID.String(), Name: b.Name, Verified: b.Official, Digits: b.Digits, Display: b.Display, CatalogVisible: b.CatalogVisible, CartEnabled: b.CartEnabled, CartCount: b.CartItems,
		Embedded: v.embedded,
	}
}

// At is the path of the chat with the business.
func (b Business) At() string {
	if b.Embedded {
		return EmbedPrefix + "/" + b.Phone
	}
	return "/chat/" + b.Phone
}
