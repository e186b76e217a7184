package account

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// Causes of refused people.
var (
	ErrLogin      = fault.New("account.login_refused")
	ErrLoginOften = fault.New("account.login_often")
	ErrSession    = fault.New("account.session_ended")
	ErrEmail      = fault.New("account.email")
	ErrEmailTaken = fault.New("account.email_taken")
	ErrName       = fault.New("account.name")
	ErrPassword   = fault.New("account.password")
	ErrInvitation = fault.New("account.invitation_ended")
	ErrLastAdmin  = fault.New("account.last_administrator")
)

// Role is what a person may do in a business.
type Role string

// Roles of people.
const (
	Administrator  Role = "administrator"
	CatalogManager Role = "catalog_manager"
	Agent          Role = "agent"
	Moderator      Role = "moderator"
)

// Roles lists them, the mightiest first.
func Roles() []Role { return []Role{Administrator, CatalogManager, Agent, Moderator} }

// Permissions are those of the API that a role comes with.
func (r Role) Permissions() []access.Permission {
	switch r {
	case Administrator:
		return []access.Permission{
			access.BusinessManagement, access.CatalogManagement, access.WhatsAppBusinessManagement, access.WhatsAppBusinessMessaging,
		}
	case CatalogManager:
		return []access.Permission{access.CatalogManagement}
	case Agent:
		return []access.Permission{access.WhatsAppBusinessMessaging}
	}
	return nil
}

// Person works in the manager.
type Person struct {
	ID          id.ID
	Email, Name string
	// Roles by business; a person has at most one in each.
	Roles map[id.ID]Role
}

// Businesses are those the person works in, oldest first.
func (p Person) Businesses() []id.ID {
	list := make([]id.ID, 0, len(p.Roles))
	for b := range p.Roles {
		list = append(list, b)
	}
	slices.Sort(list)
	return list
}

// Caller is the person at work in one business.
func (p Person) Caller(business id.ID) access.Caller {
	c := access.Caller{Kind: access.KindPerson, User: p.ID, UserName: p.Name}
	if role, ok := p.Roles[business]; ok {
		c.Businesses, c.Permissions = []id.ID{business}, role.Permissions()
	}
	return c
}

// Bounds of what people write about themselves.
const (
	passwordLeast, passwordMost = 8, 200
	emailMost, nameMost         = 200, 100
)

// checkPerson tidies and checks what somebody wrote about themselves.
func checkPerson(email, name, password string) (tidyEmail, tidyName string, err error) {
	tidyEmail, tidyName = strings.ToLower(strings.TrimSpace(email)), strings.TrimSpace(name)
	a, err := mail.ParseAddress(tidyEmail)
	if err != nil || a.Address != tidyEmail || len(tidyEmail) > emailMost {
		return "", "", ErrEmail.Withf("email", "%q is no e-mail address", email)
	}
	if n := utf8.RuneCountInString(tidyName); n == 0 || n > nameMost {
		return "", "", ErrName.Withf("name", "a name has 1 to %d characters", nameMost)
	}
	return tidyEmail, tidyName, checkPassword(password)
}

func checkPassword(p string) error {
	if n := utf8.RuneCountInString(p); n < passwordLeast || n > passwordMost {
		return ErrPassword.Withf("password", "a password has %d to %d characters", passwordLeast, passwordMost)
	}
	return nil
}

// createPersonTx stores a person whose password is hashed already.
func createPersonTx(ctx context.Context, tx *db.Tx, email, name, hashed string) (Person, error) {
	taken := false
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM person WHERE email = $1)`, email).Scan(&taken); err != nil {
		return Person{}, err
	}
	if taken {
		return Person{}, ErrEmailTaken.With("email", "somebody with this address works here already")
	}
	p := Person{ID: tx.NewID(), Email: email, Name: name, Roles: map[id.ID]Role{}}
	_, err := tx.Exec(ctx, `INSERT INTO person (id, email, name, password, created_at) VALUES ($1, $2, $3, $4, $5)`, p.ID, email, name, hashed, tx.Now())
	return p, err
}

// demoMemory is the cost of a password that is printed on the start page: none worth the memory.
const demoMemory = 64 // KiB

// CreateDemoPersonTx stores the demo world's person, whose password everybody knows and which keeps no rule.
func CreateDemoPersonTx(ctx context.Context, tx *db.Tx, email, name, password string, businesses []id.ID) error {
	p, err := createPersonTx(ctx, tx, email, name, hashAt(password, demoMemory))
	for _, b := range businesses {
		if err == nil {
			err = GrantTx(ctx, tx, p.ID, b, Administrator)
		}
	}
	return err
}

// GrantTx gives a person a role in a business instead of the one they had; "" takes it away. A business keeps an
// administrator.
func GrantTx(ctx context.Context, tx *db.Tx, person, business id.ID, role Role) error {
	if role != "" && !slices.Contains(Roles(), role) {
		return ErrParam.Withf("role", "%q is none of %v", role, Roles())
	}
	if _, err := tx.Exec(ctx, `DELETE FROM person_role WHERE person_id = $1 AND business_id = $2`, person, business); err != nil {
		return err
	}
	if role != "" {
		if _, err := tx.Exec(ctx, `INSERT INTO person_role (person_id, business_id, role) VALUES ($1, $2, $3)`, person, business, string(role)); err != nil {
			return err
		}
	}
	var admins int
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM person_role WHERE business_id = $1 AND role = $2`, business, string(Administrator)).Scan(&admins)
	if err == nil && admins == 0 {
		return ErrLastAdmin.With("role", "a business keeps at least one administrator: make somebody else one first")
	}
	return err
}

// PeopleTx lists who works in a business, oldest first, each with the role there.
func PeopleTx(ctx context.Context, tx *db.Tx, business id.ID) (list []Person, err error) {
	rows, err := tx.Query(ctx, `SELECT p.id, p.email, p.name, r.role FROM person p JOIN person_role r ON r.person_id = p.id WHERE r.business_id = $1 ORDER BY p.id`, business)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p Person
		var role Role
		if err := rows.Scan(&p.ID, &p.Email, &p.Name, &role); err != nil {
			return nil, err
		}
		p.Roles = map[id.ID]Role{business: role}
		list = append(list, p)
	}
	return list, rows.Err()
}

// AnybodyTx tells whether there is any person at all.
func AnybodyTx(ctx context.Context, tx *db.Tx) (yes bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM person)`).Scan(&yes)
	return yes, err
}

// personTx reads a person with all roles.
func personTx(ctx context.Context, tx *db.Tx, i id.ID) (Person, error) {
	p := Person{ID: i, Roles: map[id.ID]Role{}}
	err := tx.QueryRow(ctx, `SELECT email, name FROM person WHERE id = $1`, i).Scan(&p.Email, &p.Name)
	if errors.Is(err, db.ErrNoRows) {
		return Person{}, ErrSession.With("session", "the person is gone")
	}
	if err != nil {
		return Person{}, err
	}
	rows, err := tx.Query(ctx, `SELECT business_id, role FROM person_role WHERE person_id = $1`, i)
	if err != nil {
		return Person{}, err
	}
	defer rows.Close()
	for rows.Next() {
		var b id.ID
		var r Role
		if err := rows.Scan(&b, &r); err != nil {
			return Person{}, fmt.Errorf("account: %w", err)
		}
		p.Roles[b] = r
	}
	return p, rows.Err()
}
