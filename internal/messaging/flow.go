package messaging

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/flow"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/wire"
)

// sentFlow is what the ledger keeps of a flow: which one, and how it opens.
type sentFlow struct {
	ID     id.ID           `json:"id"`
	CTA    string          `json:"cta"`
	Token  string          `json:"token"`
	Screen string          `json:"screen,omitempty"`
	Data   json.RawMessage `json:"data,omitempty"`
	Draft  bool            `json:"draft,omitempty"`
	// Exchange: the business's endpoint says where it opens.
	Exchange bool `json:"exchange,omitempty"`
}

// Limits of a flow's message.
const (
	flowCTAMost   = 30
	flowTokenMost = 1024
	flowDataMost  = 64 << 10
	flowReplyMost = 64 << 10
)

// flowPayload is where a flow opens and with what.
type flowPayload struct {
	Screen string          `json:"screen"`
	Data   json.RawMessage `json:"data"`
}

// checkFlow checks the parameters of a flow message; they are filled with their defaults.
func checkFlow(i *wire.Interactive) error {
	const at, name = "interactive.action.parameters", "interactive['action']['parameters']"
	p := i.Action.Parameters
	if p == nil {
		return required(name)
	}
	switch {
	case p.FlowMessageVersion == "":
		return required(name + "['flow_message_version']")
	case p.FlowMessageVersion != "3":
		return ErrValue.Withf(at+".flow_message_version", `flow_message_version must be "3", not %.20q`, p.FlowMessageVersion)
	case (p.FlowID == "") == (p.FlowName == ""):
		return ErrValue.With(at+".flow_id", "exactly one of flow_id and flow_name must name the flow")
	case p.FlowCTA == "":
		return required(name + "['flow_cta']")
	case runes(p.FlowCTA) > flowCTAMost:
		return ErrValue.Withf(at+".flow_cta", "Button label is too long. Max length is %d (it has %d)", flowCTAMost, runes(p.FlowCTA))
	case p.Mode != "" && p.Mode != "draft" && p.Mode != "published":
		return ErrValue.Withf(at+".mode", "mode must be draft or published, not %.20q", p.Mode)
	case p.FlowAction != "" && p.FlowAction != "navigate" && p.FlowAction != "data_exchange":
		return ErrValue.Withf(at+".flow_action", "flow_action must be navigate or data_exchange, not %.20q", p.FlowAction)
	case len(p.FlowToken) > flowTokenMost:
		return ErrValue.Withf(at+".flow_token", "flow_token has %d bytes, at most %d are allowed", len(p.FlowToken), flowTokenMost)
	}
	if p.FlowToken == "" {
		p.FlowToken = "unused"
	}
	if p.FlowAction == "data_exchange" && len(p.FlowActionPayload) > 0 {
		return ErrValue.With(at+".flow_action_payload", "flow_action_payload is for flow_action navigate; with data_exchange the endpoint says which screen comes first, and with what")
	}
	_, err := readPayload(p)
	return err
}

func readPayload(p *wire.ActionParameters) (flowPayload, error) {
	const at = "interactive.action.parameters.flow_action_payload"
	var f flowPayload
	if len(p.FlowActionPayload) == 0 {
		return f, nil
	}
	if len(p.FlowActionPayload) > flowDataMost || json.Unmarshal(p.FlowActionPayload, &f) != nil {
		return f, ErrValue.Withf(at, "flow_action_payload must be an object with screen and data, of at most %d bytes", flowDataMost)
	}
	var data map[string]json.RawMessage
	if len(f.Data) > 0 && (json.Unmarshal(f.Data, &data) != nil || len(data) == 0) {
		return f, ErrValue.With(at+".data", "data must be an object with at least one value; leave it out where there is none")
	}
	return f, nil
}

// flowOf finds a flow that may be sent from an account, and says how it opens.
func (x *Exchange) flowOf(ctx context.Context, f facts, name string, i id.ID, s sentFlow) (*sentFlow, error) {
	const at = "interactive.action.parameters"
	var found flow.Flow
	err := x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if found, err = flow.SendableTx(ctx, tx, f.number.WABAID, i, name, s.Draft); err != nil || !s.Exchange {
			return err
		}
		return askableTx(ctx, tx, f.number.ID, found)
	})
	if errors.Is(err, flow.ErrUnknown) {
		return nil, ErrValue.Withf(at+".flow_id", "Flow with id or name %.60q does not exist in the account of this number; GET /%s/flows lists its flows", firstText(name, i.String()), f.number.WABAID)
	}
	if err != nil {
		return nil, err
	}
	s.ID = found.ID
	if found.Status == flow.Throttled {
		key := rand.Text()
		if err := x.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return flow.SentTx(ctx, tx, found, key) }); err != nil {
			return nil, err
		}
	}
	if s.Exchange {
		return &s, nil
	}
	d, _ := flow.Parse([]byte(found.JSON))
	state, err := d.Start(s.Screen, s.Data)
	if err != nil {
		return nil, err
	}
	s.Screen = state.Screen
	return &s, nil
}

// askableTx refuses a flow that asks an endpoint first where there is none, or no key for it.
func askableTx(ctx context.Context, tx *db.Tx, phone id.ID, f flow.Flow) error {
	const at = "interactive.action.parameters.flow_action"
	if f.Endpoint == "" || f.DataAPIVersion == "" {
		return ErrValue.Withf(at, "flow %q asks no endpoint: flow_action data_exchange needs an endpoint_uri of the flow and a data_api_version in its JSON", f.Name)
	}
	e, err := waba.DetailTx[waba.Encryption](ctx, tx, phone)
	if err == nil && e.PublicKey == "" {
		return ErrValue.Withf(at, "number %s has no public key to encrypt for the endpoint; set one with POST /%s/whatsapp_business_encryption", phone, phone)
	}
	return err
}

func firstText(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// composeFlow is the flow of an interactive message.
func (x *Exchange) composeFlow(ctx context.Context, f facts, p *wire.ActionParameters) (*sentFlow, error) {
	payload, err := readPayload(p)
	if err != nil {
		return nil, err
	}
	i, err := flowID(p.FlowID)
	if err != nil {
		return nil, err
	}
	return x.flowOf(ctx, f, p.FlowName, i, sentFlow{CTA: p.FlowCTA, Token: p.FlowToken, Screen: payload.Screen, Data: payload.Data, Draft: p.Mode == "draft", Exchange: p.FlowAction == "data_exchange"})
}

func flowID(text string) (id.ID, error) {
	if text == "" {
		return 0, nil
	}
	i, err := id.Parse(text)
	if err != nil {
		return 0, ErrValue.Withf("interactive.action.parameters.flow_id", "flow_id %.40q is no id of a flow: digits only", text)
	}
	return i, nil
}

// OpenFlow is the flow of a message a customer got, ready to be played.
type OpenFlow struct {
	flow.Session
	Document flow.Document
	// Move is how it opens: in a state, or by asking the endpoint.
	Move flow.Move
}

// EndFlow takes the button of a message's flow away: its endpoint takes no more answers.
func (x *Exchange) EndFlow(ctx context.Context, phoneID id.ID, waID, wamid, said string) error {
	return x.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		x.changed(tx, phoneID, waID, "flow_ended", wamid)
		return flow.EndTx(ctx, tx, wamid, said)
	})
}

// Flow is the flow of a message a customer got.
func (x *Exchange) Flow(ctx context.Context, phoneID id.ID, waID, wamid string) (o OpenFlow, err error) {
	var sent *sentFlow
	err = x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := waba.NumberTx(ctx, tx, phoneID)
		if err != nil {
			return err
		}
		m, ok, err := chat.ByWAMIDTx(ctx, tx, phoneID, waID, wamid)
		if err != nil {
			return err
		}
		if !ok || m.Rank == chat.Failed || !m.Outbound {
			return ErrNoMessage.With("m", "that is no message of this chat")
		}
		c, err := decode(m)
		if err != nil {
			return err
		}
		if sent = c.Flow; sent == nil {
			return ErrNoMessage.With("m", "that message has no form to fill in")
		}
		ended, err := flow.EndedTx(ctx, tx, []string{wamid})
		if err != nil {
			return err
		}
		if ended[wamid] {
			return flow.ErrEnded.With("m", "the business takes no more answers to this form")
		}
		o.Flow, err = flow.OfAccountTx(ctx, tx, n.WABAID, sent.ID, "")
		if errors.Is(err, flow.ErrUnknown) || (err == nil && o.Flow.Status == flow.Deprecated) {
			return ErrNoMessage.With("m", "the business has taken this form away")
		}
		if err == nil && o.Flow.Status == flow.Blocked {
			return flow.ErrBlocked.With("m", "the form is blocked until its endpoint does well again")
		}
		return err
	})
	if err != nil {
		return o, err
	}
	o.Phone, o.Token = phoneID, sent.Token
	o.Document, _ = flow.Parse([]byte(o.Flow.JSON))
	if sent.Exchange {
		o.Move.Ask = &flow.Ask{Action: "INIT"}
		return o, nil
	}
	o.Move.State, err = o.Document.Start(sent.Screen, sent.Data)
	return o, err
}

// answerFlow is a filled-in flow.
func answerFlow(f *sentFlow, response json.RawMessage) (content, *wire.InboundInteractive, error) {
	if f == nil {
		return content{}, nil, ErrNoMessage.With("reply_to", "reply_to is no message with a flow")
	}
	var values map[string]json.RawMessage
	if len(response) > flowReplyMost || json.Unmarshal(response, &values) != nil {
		return content{}, nil, ErrValue.Withf("response", "the answer of a flow is an object of at most %d bytes", flowReplyMost)
	}
	token, err := json.Marshal(f.Token)
	if err != nil {
		return content{}, nil, err
	}
	values["flow_token"] = token
	b, err := json.Marshal(values)
	if err != nil {
		return content{}, nil, err
	}
	return content{Kind: "flow_reply", Body: flowReplyBody, Answer: strings.ToValidUTF8(string(b), "\uFFFD")},
		&wire.InboundInteractive{Type: "nfm_reply", NFMReply: &wire.FormReply{Name: "flow", Body: flowReplyBody, ResponseJSON: string(b)}}, nil
}

// flowReplyBody is what the bubble of an answered flow says.
const flowReplyBody = "Sent"

// endedFlows tells which messages of a page have a flow that has ended.
func endedFlows(ctx context.Context, tx *db.Tx, page []chat.Message, contents []content) (map[string]bool, error) {
	var wamids []string
	for n, c := range contents {
		if c.Flow != nil {
			wamids = append(wamids, page[n].WAMID)
		}
	}
	return flow.EndedTx(ctx, tx, wamids)
}
