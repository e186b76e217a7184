package template

import (
	"context"
	"errors"
	"slices"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/flow"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/wire"
)

// flowsTx finds the flows that a template's buttons name, and keeps their ids. A button that brings a flow's JSON along has it
// published under the template's name and language.
func (s *Service) flowsTx(ctx context.Context, tx *db.Tx, c access.Caller, t *Template) error {
	for n := range t.Components {
		if t.Components[n].Type != buttons {
			continue
		}
		t.Components[n].Buttons = slices.Clone(t.Components[n].Buttons)
		for k := range t.Components[n].Buttons {
			if b := &t.Components[n].Buttons[k]; b.Type == flowButton {
				if err := s.flowTx(ctx, tx, c, *t, b); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s *Service) flowTx(ctx context.Context, tx *db.Tx, c access.Caller, t Template, b *wire.TemplateButton) error {
	const at = "components"
	var f flow.Flow
	if b.FlowJSON != "" {
		f = flow.Flow{BusinessID: t.BusinessID, WABAID: t.WABAID, AppID: c.App, Name: t.Name + " " + t.Language, Status: flow.Draft, Categories: []string{"OTHER"}}
		if err := f.Say(b.FlowJSON); err != nil {
			return err
		}
		if err := s.Flows.CreateTx(ctx, tx, &f, true); err != nil {
			return err
		}
	} else {
		i, err := id.Parse(string(b.FlowID))
		if err != nil && b.FlowID != "" {
			return ErrInvalid.Withf(at, "flow_id %.40q is no id of a flow: digits only", string(b.FlowID))
		}
		f, err = flow.SendableTx(ctx, tx, t.WABAID, i, b.FlowName, false)
		if errors.Is(err, flow.ErrUnknown) {
			return ErrInvalid.Withf(at, "the account has no flow %.60q; GET /%s/flows lists its flows", string(b.FlowID)+b.FlowName, t.WABAID)
		}
		if err != nil {
			return err
		}
	}
	if b.FlowAction == "data_exchange" {
		if f.Endpoint == "" || f.DataAPIVersion == "" {
			return ErrInvalid.Withf(at, "flow %q asks no endpoint: flow_action data_exchange needs an endpoint_uri of the flow and a data_api_version in its JSON", f.Name)
		}
		b.FlowID, b.FlowName, b.FlowJSON, b.NavigateScreen = wire.LooseText(f.ID.String()), "", "", ""
		return nil
	}
	d, _ := flow.Parse([]byte(f.JSON))
	state, err := d.Start(b.NavigateScreen, nil)
	if err != nil {
		return err
	}
	b.FlowID, b.FlowName, b.FlowJSON, b.NavigateScreen = wire.LooseText(f.ID.String()), "", "", state.Screen
	return nil
}
