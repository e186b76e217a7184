// Package access describes who is asking. Doors make a [Caller] from a token or a session; every query
// for a tenant's rows filters by it, so that another business's row is exactly like no row.
package access

import (
	"slices"

	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// Permission is a Graph API permission.
type Permission string

// Permissions of the platform; Sandbox is ours and opens the sandbox API.
const (
	BusinessManagement         Permission = "business_management"
	CatalogManagement          Permission = "catalog_management"
	WhatsAppBusinessManagement Permission = "whatsapp_business_management"
	WhatsAppBusinessMessaging  Permission = "whatsapp_business_messaging"
	Sandbox                    Permission = "sandbox"
)

// Permissions lists them all.
func Permissions() []Permission {
	return []Permission{BusinessManagement, CatalogManagement, WhatsAppBusinessManagement, WhatsAppBusinessMessaging, Sandbox}
}

// Kind is what a token stands for.
type Kind string

// Kinds of caller.
const (
	KindApp        Kind = "APP"         // an app token, {app-id}|{app-secret}
	KindSystemUser Kind = "SYSTEM_USER" // a system user's token
	KindPerson     Kind = "USER"        // a person logged in to the manager
)

// Caller is who asks, and what they may do.
type Caller struct {
	Kind Kind
	// App is the app the token was made for; zero for a person in the manager.
	App id.ID
	// User is the system user or person; zero for an app token.
	User     id.ID
	UserName string
	// Businesses are the businesses whose rows the caller may see. Never nil-means-all.
	Businesses []id.ID
	// Permissions granted to the token.
	Permissions []Permission
}

// ErrPermission is the cause of a refused call: the token lacks a permission.
var ErrPermission = fault.New("access.permission_missing")

// Can tells whether the caller holds p.
func (c Caller) Can(p Permission) bool { return slices.Contains(c.Permissions, p) }

// Require returns [ErrPermission] unless the caller holds every one of ps.
func (c Caller) Require(ps ...Permission) error {
	for _, p := range ps {
		if !c.Can(p) {
			return ErrPermission.Withf("access_token", "the token lacks the permission %s; ask for it when the token is made", p).
				Fact("permission", string(p))
		}
	}
	return nil
}

// Reaches tells whether the caller may see rows of business b.
func (c Caller) Reaches(b id.ID) bool { return slices.Contains(c.Businesses, b) }
