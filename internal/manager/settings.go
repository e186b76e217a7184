package manager

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// SettingsPage is about the person, the people of the business and its programs.
type SettingsPage struct {
	Shell
	Sessions []SessionLine
	People   []account.Person
	Roles    []account.Role
	Apps     []account.App
	// Link is an invitation that was just made; Token and Secret are shown this once.
	Link, Token, Secret string
	Problem             *Problem
}

// SessionLine is where the person is logged in.
type SessionLine struct {
	account.Session
	Here bool
}

// appsShown is how many programs are listed.
const appsShown = 100

// settings shows them.
func (s *Server) settings(v *visit) error { return s.showSettings(v, http.StatusOK, SettingsPage{}) }

func (s *Server) showSettings(v *visit, status int, p SettingsPage) error {
	p.Shell, p.Roles = v.shell(v.t("manager.nav_settings"), "settings"), account.Roles()
	sessions, err := s.Accounts.Sessions(v.Context(), v.person.ID)
	if err != nil {
		return err
	}
	for _, n := range sessions {
		p.Sessions = append(p.Sessions, SessionLine{n, n.Key == account.SessionKey(v.cookie())})
	}
	if v.may(admins...) {
		err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
			if p.People, err = account.PeopleTx(ctx, tx, v.business.ID); err != nil {
				return err
			}
			p.Apps, err = account.AppsTx(ctx, tx, v.caller, v.business.ID, 0, appsShown)
			return err
		})
	}
	if err != nil {
		return err
	}
	return v.show(status, "settings.html", p)
}

func (v *visit) cookie() string {
	c, err := v.Cookie(cookieName)
	if err != nil {
		return ""
	}
	return c.Value
}

// changeSelf changes the person's password or ends one of their sessions.
func (s *Server) changeSelf(v *visit) error {
	if key := v.PostFormValue("session"); key != "" {
		if err := s.Accounts.EndSession(v.Context(), v.person.ID, key); err != nil {
			return err
		}
		return v.done(v.at("/settings"), "manager.done_saved")
	}
	err := s.Accounts.SetPassword(v.Context(), v.person.ID, v.PostFormValue("old"), v.PostFormValue("password"), v.cookie())
	return s.settledSettings(v, err, "manager.done_saved")
}

func (s *Server) settledSettings(v *visit, err error, toast string) error {
	if problem, ok := v.words(err); ok {
		return s.showSettings(v, http.StatusUnprocessableEntity, SettingsPage{Problem: &problem})
	}
	if err != nil {
		return err
	}
	return v.done(v.at("/settings"), toast)
}

// people invites somebody, or changes what somebody may do.
func (s *Server) people(v *visit) error {
	role := account.Role(v.PostFormValue("role"))
	if v.PostFormValue("person") == "" {
		return s.invite(v, role)
	}
	i, err := id.Parse(v.PostFormValue("person"))
	if err != nil {
		return errNothing
	}
	if v.PostFormValue("action") == "remove" {
		role = ""
	}
	err = s.DB.Update(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		here, err := account.PeopleTx(ctx, tx, v.business.ID)
		if err != nil {
			return err
		}
		for _, p := range here {
			if p.ID == i {
				return account.GrantTx(ctx, tx, i, v.business.ID, role)
			}
		}
		return errNothing
	})
	return s.settledSettings(v, err, "manager.done_saved")
}

func (s *Server) invite(v *visit, role account.Role) error {
	if len(role.Permissions()) == 0 && role != account.Moderator {
		return errNothing
	}
	var code string
	err := s.DB.Update(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		code, err = account.InviteTx(ctx, tx, account.Invitation{Business: v.business.ID, Role: role})
		return err
	})
	if err != nil {
		return err
	}
	return s.showSettings(v, http.StatusOK, SettingsPage{Link: v.base() + Prefix + "/join?code=" + url.QueryEscape(code)})
}

// tokenTime is how long a token made here is good.
const tokenTime = 60 * 24 * time.Hour

// program makes an app with its secret and a token, or a token for an app that is there.
func (s *Server) program(v *visit) error {
	var p SettingsPage
	err := s.DB.Update(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		app, err := s.appTx(ctx, tx, v)
		if err != nil {
			return err
		}
		user, err := account.CreateSystemUserTx(ctx, tx, account.SystemUser{BusinessID: v.business.ID, Name: app.Name, Role: "ADMIN"})
		if err != nil {
			return err
		}
		if p.Secret, _, err = account.AppSecretTx(ctx, tx, app.ID); err != nil {
			return err
		}
		n := account.NewToken{App: app.ID, User: user.ID, Businesses: []id.ID{v.business.ID}, Permissions: permissions()}
		if v.PostFormValue("forever") == "" {
			n.ExpiresAt = tx.Now().Add(tokenTime)
		}
		p.Token, err = account.CreateTokenTx(ctx, tx, n)
		return err
	})
	if problem, ok := v.words(err); ok {
		return s.showSettings(v, http.StatusUnprocessableEntity, SettingsPage{Problem: &problem})
	}
	if err != nil {
		return err
	}
	return s.showSettings(v, http.StatusOK, p)
}

func (s *Server) appTx(ctx context.Context, tx *db.Tx, v *visit) (account.App, error) {
	if i, err := id.Parse(v.PostFormValue("app")); err == nil {
		return account.AppTx(ctx, tx, v.caller, i)
	}
	return account.CreateAppTx(ctx, tx, account.App{BusinessID: v.business.ID, Name: v.PostFormValue("name")}, "")
}

// permissions are what a program's token may do: everything but play the rest of the world.
func permissions() []access.Permission { return account.Administrator.Permissions() }
