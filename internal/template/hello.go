package template

import (
	"context"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
	"github.com/hawkerhq/hawker/wire"
)

// HelloTx gives an account the template hello_world, as Meta gives it to new ones: approved, in English, without parameters.
func HelloTx(ctx context.Context, tx *db.Tx, business, wabaID id.ID) error {
	t := Template{
		BusinessID: business, WABAID: wabaID, Name: "hello_world", Language: "en_US", Category: Utility, Format: Positional, Status: Approved, Reason: None,
		Quality: "UNKNOWN", Rev: 1, CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
		Components: []wire.TemplateComponent{
			{Type: "HEADER", Format: "TEXT", Text: "Hello World"},
			{Type: "BODY", Text: "Welcome! This message shows that your number can send. Have a look around, and write back if you like."},
			{Type: "FOOTER", Text: "WhatsApp Business Platform sample message"},
		},
	}
	t.fingerprint, t.content = said(t.Components)
	var err error
	if t.ID, err = node.NewTx(ctx, tx, node.MessageTemplate); err != nil {
		return err
	}
	return insertTx(ctx, tx, t)
}
