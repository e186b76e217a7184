package flow

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/limit"
	"github.com/hawkerhq/hawker/internal/safehttp"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// Bounds of a call to an endpoint.
const (
	answerTime = 10 * time.Second
	answerMost = 1 << 20
)

// Statuses by which an endpoint says what is wrong.
const (
	statusOtherKey  = 421 // it cannot decrypt: the key is read anew and the request sent once more
	statusEnded     = 427 // the flow's token is no longer good: the message's button is taken away
	statusSignature = 432 // it does not believe the signature
)

// Session is a flow as one customer plays it.
type Session struct {
	Flow  Flow
	Phone id.ID // of the number it came from: its key encrypts
	Token string
	// By is who plays it, among those of the number.
	By string
}

// Rates of what strangers may have endpoints asked, each a request that leaves this machine: one customer of one flow, and all
// customers of it together.
var (
	asksOfOne = limit.Rate{Every: 2 * time.Second, Burst: 60}
	asksOfAll = limit.Rate{Every: time.Second / 50, Burst: 1000}
)

// Reply is what an endpoint answered.
type Reply struct {
	Screen string
	Data   map[string]json.RawMessage
}

// request is what an endpoint reads.
type request struct {
	Version string                     `json:"version"`
	Action  string                     `json:"action"`
	Screen  string                     `json:"screen,omitempty"`
	Data    map[string]json.RawMessage `json:"data,omitempty"`
	Token   string                     `json:"flow_token,omitempty"`
}

// Ask calls the endpoint of a flow.
func (s *Service) Ask(ctx context.Context, x Session, a Ask) (Reply, error) {
	plain, err := s.call(ctx, x, request{Version: x.Flow.DataAPIVersion, Action: a.Action, Screen: a.Screen, Data: a.Data, Token: x.Token})
	if errors.Is(err, errSealed) {
		s.tell(ctx, x, a, "RESPONSE_DECRYPTION_ERROR", errSealed.Error())
		return Reply{}, ErrEndpoint.With("", errSealed.Error())
	}
	if err != nil {
		return Reply{}, err
	}
	var r struct {
		Screen string                     `json:"screen"`
		Data   map[string]json.RawMessage `json:"data"`
	}
	if json.Unmarshal(plain, &r) != nil {
		err := ErrEndpoint.With("", `the decrypted answer is not JSON such as {"screen": "NAME", "data": {}}`)
		s.tell(ctx, x, a, "INVALID_RESPONSE", err.Detail)
		return Reply{}, err
	}
	return Reply{r.Screen, r.Data}, nil
}

// Follow asks what a move wants asked, and says where the answer leads. An answer that cannot be followed is told to the endpoint.
func (s *Service) Follow(ctx context.Context, x Session, d Document, m Move) (Move, error) {
	if m.Ask == nil {
		return m, nil
	}
	if err := s.mayAsk(x); err != nil {
		return Move{State: m.State}, err
	}
	from := s.db.Clock().Now()
	to, err := s.followed(ctx, x, d, m)
	took := s.db.Clock().Now().Sub(from)
	if x.By == "" { // a preview
		return to, err
	}
	if uncounted := s.count(ctx, x.Flow, took, err); uncounted != nil {
		return Move{State: m.State}, uncounted
	}
	return to, err
}

func (s *Service) followed(ctx context.Context, x Session, d Document, m Move) (Move, error) {
	reply, err := s.Ask(ctx, x, *m.Ask)
	if err != nil {
		return Move{State: m.State}, err
	}
	to, err := d.answered(m, reply)
	if f, ok := fault.As(err); ok {
		s.tell(ctx, x, *m.Ask, noWay, f.Detail)
		return to, f.Fact("kind", noWay)
	}
	return to, err
}

// mayAsk counts a question to an endpoint. That of one customer counts first: what they are refused takes nothing from the others.
func (s *Service) mayAsk(x Session) error {
	key := "flow:" + x.Flow.ID.String()
	wait, ok := s.limits.Take(asksOfOne, key+":"+x.Phone.String()+":"+x.By)
	if ok {
		wait, ok = s.limits.Take(asksOfAll, key)
	}
	if ok {
		return nil
	}
	return ErrTooMany.Withf("", "the endpoint of a flow is asked at most %d times at once and then every %s for one customer, and %d times a second for all; try again in %d seconds",
		asksOfOne.Burst, asksOfOne.Every, time.Second/asksOfAll.Every, int(wait/time.Second)+1)
}

// Ping asks an endpoint whether it is there.
func (s *Service) Ping(ctx context.Context, x Session) error {
	plain, err := s.call(ctx, x, request{Version: x.Flow.DataAPIVersion, Action: "ping"})
	if errors.Is(err, errSealed) {
		return ErrEndpoint.With("endpoint_uri", errSealed.Error())
	}
	if err != nil {
		return err
	}
	var r struct {
		Data struct {
			Status string `json:"status"`
		} `json:"data"`
	}
	if json.Unmarshal(plain, &r) != nil || r.Data.Status != "active" {
		return ErrEndpoint.With("endpoint_uri", `the endpoint must answer the action ping with {"data": {"status": "active"}}`)
	}
	return nil
}

// tell lets an endpoint know that its answer was of no use. Whatever it says to that changes nothing.
func (s *Service) tell(ctx context.Context, x Session, a Ask, kind, message string) {
	data := map[string]json.RawMessage{}
	for name, text := range map[string]string{"error": kind, "error_message": message} {
		if b, err := json.Marshal(text); err == nil {
			data[name] = b
		}
	}
	_, _ = s.call(ctx, x, request{Version: x.Flow.DataAPIVersion, Action: a.Action, Screen: a.Screen, Data: data, Token: x.Token})
}

// call sends a request, and once more with the key read anew where the endpoint could not decrypt it.
func (s *Service) call(ctx context.Context, x Session, r request) ([]byte, error) {
	if x.Flow.Endpoint == "" {
		return nil, ErrEndpoint.With("endpoint_uri", "the flow has no endpoint_uri; set it with POST /{flow}")
	}
	if r.Version == "" {
		r.Version = "3.0"
	}
	body, err := json.Marshal(r)
	if err != nil {
		return nil, wrap(err)
	}
	plain, again, err := s.send(ctx, x, body)
	if again {
		plain, _, err = s.send(ctx, x, body)
	}
	return plain, err
}

// send sends a request once; again tells that the endpoint holds another key.
func (s *Service) send(ctx context.Context, x Session, plain []byte) (answer []byte, again bool, err error) {
	public, secret, err := s.keys(ctx, x)
	if err != nil {
		return nil, false, err
	}
	body, open, err := seal(public, plain)
	if err != nil {
		return nil, false, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	h := http.Header{"Content-Type": {"application/json"}, "User-Agent": {webhook.UserAgent}}
	if secret != "" {
		h.Set("X-Hub-Signature-256", webhook.Signature(secret, body))
	}
	a, err := s.client.DoUpTo(ctx, answerMost, http.MethodPost, x.Flow.Endpoint, h, bytes.NewReader(body))
	if err != nil {
		return nil, false, unanswered(err)
	}
	switch a.Status {
	case http.StatusOK:
		answer, err = open(a.Body)
		if err != nil && !errors.Is(err, errSealed) {
			err = ErrEndpoint.With("endpoint_uri", err.Error())
		}
		return answer, false, err
	case statusOtherKey:
		return nil, true, ErrEndpoint.With("", "the endpoint answered 421: it cannot decrypt with its key; set its public key with POST /{phone}/whatsapp_business_encryption").Fact("kind", badKey)
	case statusEnded:
		return nil, false, ended(a.Body, open)
	case statusSignature:
		return nil, false, ErrEndpoint.With("", "the endpoint answered 432: the signature in X-Hub-Signature-256 is not that of the secret it knows; it is made with that of the flow's app").Fact("kind", badSecret)
	}
	return nil, false, ErrEndpoint.Withf("", "the endpoint answered with status %d; 200 and the encrypted answer is right", a.Status).Fact("kind", badStatus)
}

// unanswered is why a call got no answer.
func unanswered(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return ErrEndpoint.Withf("endpoint_uri", "the endpoint did not answer within %s", answerTime).Fact("kind", timedOut).Wrap(err)
	}
	if f, ok := fault.As(err); ok && errors.Is(err, safehttp.ErrAddress) || ok && errors.Is(err, safehttp.ErrUnreachable) {
		return ErrEndpoint.Withf("endpoint_uri", "the endpoint was not reached: %s", f.Detail).Fact("kind", unreachable).Wrap(err)
	}
	return err
}

// sayMost is the longest text of an endpoint that is shown as it is, in characters.
const sayMost = 300

// ended is a flow whose token is no longer good; the endpoint may say why, encrypted or not.
func ended(body []byte, open func([]byte) ([]byte, error)) error {
	var r struct {
		Message string `json:"error_msg"`
	}
	if json.Unmarshal(body, &r) != nil || r.Message == "" {
		if plain, err := open(body); err == nil {
			_ = json.Unmarshal(plain, &r)
		}
	}
	text := []rune(r.Message)
	return ErrEnded.With("flow_token", "the endpoint answered 427: the token of this flow is no longer good").Fact("said", string(text[:min(len(text), sayMost)]))
}

// keys are the public key that encrypts for a business, and the secret that signs.
func (s *Service) keys(ctx context.Context, x Session) (public, secret string, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		e, err := waba.DetailTx[waba.Encryption](ctx, tx, x.Phone)
		if err != nil {
			return err
		}
		if public = e.PublicKey; public == "" {
			return ErrEndpoint.Withf("", "number %s has no public key to encrypt for; set one with POST /%s/whatsapp_business_encryption", x.Phone, x.Phone).Fact("kind", noKey)
		}
		if x.Flow.AppID == 0 {
			return nil
		}
		secret, _, err = account.AppSecretTx(ctx, tx, x.Flow.AppID)
		return err
	})
	return public, secret, err
}

// answered is where an endpoint's answer leads.
func (d Document) answered(m Move, r Reply) (Move, error) {
	s := m.State
	if r.Screen == "SUCCESS" {
		var done struct {
			Response *struct {
				Params map[string]json.RawMessage `json:"params"`
			} `json:"extension_message_response"`
		}
		b, err := json.Marshal(r.Data)
		if err != nil || json.Unmarshal(b, &done) != nil {
			return Move{State: s}, ErrEndpoint.With("", "the endpoint ended the flow with an extension_message_response that is no object with params")
		}
		if done.Response == nil {
			return Move{State: s, Closed: true}, nil
		}
		return Move{State: s, Answer: merged(nil, done.Response.Params)}, nil
	}
	var notice string
	_ = json.Unmarshal(r.Data["error_message"], &notice)
	delete(r.Data, "error_message")
	to, err := d.lands(s, m.Ask.Action, r, notice != "")
	if err != nil || notice == "" {
		return Move{State: to}, err
	}
	page, err := d.Show(to)
	page.Notice = notice
	return Move{State: to, Again: &page}, err
}

// lands is the state an endpoint's answer leads to.
func (d Document) lands(s State, action string, r Reply, failed bool) (State, error) {
	if r.Screen == "" && failed {
		r.Screen = s.Screen
	}
	screen, ok := d.screen(r.Screen)
	switch {
	case !ok:
		return s, ErrEndpoint.Withf("screen", "the endpoint answered with the screen %.60q, which this flow does not have", r.Screen)
	case action == "data_exchange" && r.Screen != s.Screen && d.Routing != nil && !d.follows(s.Screen, r.Screen):
		return s, ErrEndpoint.Withf("screen", "the endpoint answered with the screen %s, but routing_model does not let it follow %s", r.Screen, s.Screen)
	}
	if r.Screen == s.Screen && action != "INIT" {
		s.Data = merged(s.Data, r.Data)
	} else if action == "data_exchange" {
		s = s.on(r.Screen, r.Data)
	} else {
		s.Screen, s.Data = r.Screen, r.Data
	}
	for name := range screen.Data {
		if _, given := s.Data[name]; !given && !failed {
			return s, ErrEndpoint.Withf("data", "the endpoint answered without data.%s, which the screen %s declares", name, r.Screen)
		}
	}
	return s, nil
}

// follows tells whether a screen may follow another: forwards, or back to one that led there.
func (d Document) follows(from, to string) bool {
	return slices.Contains(d.Routing[from], to) || slices.Contains(d.Routing[to], from)
}
