package manager

import (
	"context"
	"net/http"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/ui"
)

// sessionDays is how long a browser keeps the cookie; the server ends the session by its own rules.
const sessionDays = 90

// root leads to the person's first business.
func (s *Server) root(v *visit) error {
	if err := v.identify(); err != nil {
		return err
	}
	list := v.person.Businesses()
	if len(list) == 0 {
		return errNothing
	}
	return v.done(Prefix+"/"+list[0].String(), "")
}

func (s *Server) loginForm(v *visit) error {
	return s.showLogin(v, http.StatusOK, LoginPage{Next: v.URL.Query().Get("next")})
}

func (s *Server) showLogin(v *visit, status int, p LoginPage) error {
	p.Shell, p.Demo = v.shell(v.t("manager.login"), "login"), s.Demo
	return v.show(status, "login.html", p)
}

// login starts a session.
func (s *Server) login(v *visit) error {
	p := LoginPage{Next: v.PostFormValue("next"), Email: v.PostFormValue("email")}
	cookie, err := s.Accounts.Login(v.Context(), p.Email, v.PostFormValue("password"), s.Place(v.Request), v.UserAgent())
	if problem, ok := v.words(err); ok {
		p.Problem = &problem
		return s.showLogin(v, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	v.setSession(cookie)
	return v.done(ui.LocalPath(p.Next, Prefix), "")
}

func (v *visit) setSession(cookie string) {
	c := &http.Cookie{
		Name: cookieName, Value: cookie, Path: Prefix, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.s.Secure(v.Request), MaxAge: sessionDays * 24 * 60 * 60,
	}
	if cookie == "" {
		c.MaxAge = -1
	}
	http.SetCookie(v.w, c)
}

// logout ends the session.
func (s *Server) logout(v *visit) error {
	if c, err := v.Cookie(cookieName); err == nil {
		if err := s.Accounts.Logout(v.Context(), c.Value); err != nil {
			return err
		}
	}
	v.setSession("")
	return v.done(Prefix+"/login", "")
}

// joinForm is where an invitation leads.
func (s *Server) joinForm(v *visit) error {
	return s.showJoin(v, http.StatusOK, JoinPage{Code: v.URL.Query().Get("code"), Form: account.Joining{Country: "VN"}})
}

func (s *Server) showJoin(v *visit, status int, p JoinPage) error {
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		i, err := account.InvitationTx(ctx, tx, p.Code)
		p.Found = i.Business == 0
		return err
	})
	if err != nil {
		return err
	}
	p.Shell, p.Countries = v.shell(v.t("manager.join"), "login"), countries()
	return v.show(status, "join.html", p)
}

// join makes the invited person and logs them in.
func (s *Server) join(v *visit) error {
	p := JoinPage{Code: v.PostFormValue("code"), Form: account.Joining{
		Email: v.PostFormValue("email"), Name: v.PostFormValue("name"), Password: v.PostFormValue("password"),
		Business: v.PostFormValue("business"), Country: v.PostFormValue("country"),
	}}
	if !known(p.Form.Country) {
		p.Form.Country = ""
	}
	cookie, err := s.Accounts.Join(v.Context(), p.Code, p.Form, v.UserAgent())
	if problem, ok := v.words(err); ok {
		p.Problem, p.Form.Password = &problem, ""
		return s.showJoin(v, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	v.setSession(cookie)
	return v.done(Prefix, "")
}
