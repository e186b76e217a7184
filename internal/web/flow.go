package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/flow"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/ui"
)

// FlowPage is a screen of a flow as a form.
type FlowPage struct {
	Shell
	Business Business
	Back     string
	Action   string
	Page     flow.Page
	State    string
	// Problem is what went wrong with the whole form, Detail the same for developers; Preview tells that nothing is sent.
	Problem, Detail string
	Preview         bool
	Upload          bool   // it takes files
	Done            string // in a preview: what would have been answered
}

// complaints name what is wrong with a field, by texts' keys.
var complaints = map[flow.Complaint]string{
	flow.Missing: "flow.missing", flow.Short: "flow.short", flow.Long: "flow.long", flow.Unfit: "flow.unfit", flow.Few: "flow.few", flow.Many: "flow.many",
	flow.Large: "flow.large", flow.Type: "flow.type",
}

// flowMost bounds a screen that is sent: what an endpoint gave travels with it, and the files that were picked.
const flowMost = 2<<20 + attachment.MostBytes

// pictureSource is an address for the src of a picture: flow pages make data: addresses of pictures only.
func pictureSource(address string) template.URL {
	if strings.HasPrefix(address, "data:image/") {
		return template.URL(address) //nolint:gosec // flow looked at what is in it
	}
	return ""
}

// flow opens a flow of a message.
func (s *Server) flow(v *visit) error {
	o, p, err := s.openFlow(v)
	if err != nil {
		return err
	}
	return s.moveFlow(v, o, p, o.Move, s.answerFlow(v))
}

// postFlow takes a filled-in screen: on to the next one, or the flow is answered.
func (s *Server) postFlow(v *visit) error {
	o, p, err := s.openFlow(v)
	if err != nil {
		return err
	}
	return s.stepFlow(v, o, p, s.answerFlow(v))
}

func (s *Server) openFlow(v *visit) (messaging.OpenFlow, FlowPage, error) {
	wamid := v.URL.Query().Get("m")
	o, err := s.Exchange.Flow(v.Context(), v.phone, v.customer.WaID, wamid)
	o.By = v.customer.WaID
	return o, FlowPage{Action: v.at() + "/flow?m=" + url.QueryEscape(wamid)}, err
}

// answerFlow sends what a flow was answered with, if anything, and leads back to the chat.
func (s *Server) answerFlow(v *visit) func(m flow.Move) error {
	wamid := v.URL.Query().Get("m")
	return func(m flow.Move) error {
		if m.Closed {
			return v.redirect(v.at())
		}
		answer, picked, err := s.Exchange.FlowAnswer(v.Context(), s.flowFiles(v, FlowPage{}), m.Answer)
		if err != nil {
			return err
		}
		_, err = s.Exchange.Receive(v.Context(), messaging.Inbound{
			PhoneID: v.phone, WaID: v.customer.WaID, Type: "interactive", ReplyTo: wamid, Response: answer, Picked: picked,
		})
		if err != nil {
			return err
		}
		return v.redirect(v.at())
	}
}

// stepFlow goes on from a screen that was sent; done is called at the end of the flow.
func (s *Server) stepFlow(v *visit, o messaging.OpenFlow, p FlowPage, done func(m flow.Move) error) error {
	if err := readFlow(v); err != nil {
		return err
	}
	state, err := flow.Decode(v.PostFormValue(flow.StateField))
	if err != nil {
		return err
	}
	refused, err := s.takeFiles(v, o.Document, state, p)
	if err != nil {
		return err
	}
	m, err := o.Document.StepRefusing(state, v.PostForm, refused)
	if f, ok := fault.As(err); ok {
		return s.stuckFlow(v, o, p, flow.Move{State: state}, f)
	}
	if err != nil {
		return err
	}
	return s.moveFlow(v, o, p, m, done)
}

// moveFlow goes where a move leads, by way of the endpoint where it wants to.
func (s *Server) moveFlow(v *visit, o messaging.OpenFlow, p FlowPage, m flow.Move, done func(m flow.Move) error) error {
	to, err := s.follow(v, o, p, m)
	switch f, ok := fault.As(err); {
	case errors.Is(err, flow.ErrEnded) && !p.Preview:
		if err := s.Exchange.EndFlow(v.Context(), v.phone, v.customer.WaID, v.URL.Query().Get("m"), f.Facts["said"]); err != nil {
			return err
		}
		return s.stuckFlow(v, o, p, flow.Move{}, f)
	case ok:
		return s.stuckFlow(v, o, p, m, f)
	case err != nil:
		return err
	case to.Closed || to.Answer != nil:
		return s.finishFlow(v, o, p, m, done(to))
	}
	status := http.StatusOK
	if to.Again != nil {
		status, p.Page = http.StatusUnprocessableEntity, *to.Again
	}
	return s.showFlow(v, status, o.Document, to.State, p)
}

// follow asks what a move wants asked, with the files in it.
func (s *Server) follow(v *visit, o messaging.OpenFlow, p FlowPage, m flow.Move) (flow.Move, error) {
	if m.Ask != nil && len(m.Ask.Data) > 0 {
		data, err := s.Exchange.FlowAsked(v.Context(), s.flowFiles(v, p), m.Ask.Data)
		if err != nil {
			return m, err
		}
		ask := *m.Ask
		ask.Data, m.Ask = data, &ask
	}
	return s.Flows.Follow(v.Context(), o.Session, o.Document, m)
}

// finishFlow shows why files kept a flow from its end, on the screen that ended it.
func (s *Server) finishFlow(v *visit, o messaging.OpenFlow, p FlowPage, m flow.Move, err error) error {
	if f, ok := fault.As(err); ok && errors.Is(err, flow.ErrFiles) {
		return s.stuckFlow(v, o, p, m, f)
	}
	return err
}

// stuckFlow shows why a flow does not go on: on the screen it is stuck at, or on one without a form where it did not get that far.
func (s *Server) stuckFlow(v *visit, o messaging.OpenFlow, p FlowPage, m flow.Move, f *fault.Fault) error {
	p.Problem, p.Detail = ui.Words(v.lang, f), f.Detail
	if said := f.Facts["said"]; said != "" {
		p.Problem = said
	}
	status := http.StatusUnprocessableEntity
	if isTooMany(f) {
		status = http.StatusTooManyRequests
	}
	if m.State.Screen != "" {
		return s.showFlow(v, status, o.Document, m.State, p)
	}
	p.Page = flow.Page{Title: i18n.T(v.lang, "flow.stuck"), Parts: []flow.Part{}}
	return s.writeFlow(v, status, p)
}

func (s *Server) showFlow(v *visit, status int, d flow.Document, state flow.State, p FlowPage) (err error) {
	if p.Page.Parts == nil {
		if p.Page, err = d.Show(state); err != nil {
			return err
		}
	}
	if p.State, err = state.Encode(); err != nil {
		return err
	}
	return s.writeFlow(v, status, p)
}

func (s *Server) writeFlow(v *visit, status int, p FlowPage) (err error) {
	s.nameFiles(v, &p)
	if p.Shell, err = s.shell(v, p.Page.Title, ""); err != nil {
		return err
	}
	if v.phone != 0 {
		b, err := s.Exchange.Business(v.Context(), v.phone, v.customer.WaID)
		if err != nil {
			return err
		}
		p.Business, p.Back = v.business(b), v.at()
	}
	return s.show(v, status, "flow.html", p)
}

// previewFlow opens a flow by the key of its preview: nothing that is filled in is sent into a chat.
func (s *Server) previewFlow(v *visit) error {
	o, err := s.previewed(v)
	if err != nil {
		return err
	}
	return s.showFlow(v, http.StatusOK, o.Document, o.Move.State, FlowPage{Action: v.URL.Path, Preview: true})
}

func (s *Server) postPreview(v *visit) error {
	o, err := s.previewed(v)
	if err != nil {
		return err
	}
	p := FlowPage{Action: v.URL.Path, Preview: true}
	return s.stepFlow(v, o, p, func(m flow.Move) error {
		answer, _, err := s.Exchange.FlowAnswer(v.Context(), s.flowFiles(v, p), m.Answer)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := json.Indent(&b, answer, "", "  "); err != nil {
			return err
		}
		p.Done = b.String()
		return s.showFlow(v, http.StatusOK, o.Document, o.Move.State, p)
	})
}

// previewed is the flow of a preview. Its endpoint is asked in the name of the account's first number that has a key.
func (s *Server) previewed(v *visit) (o messaging.OpenFlow, err error) {
	err = s.DB.View(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		o.Session, err = flow.PreviewTx(ctx, tx, v.PathValue("key"))
		return err
	})
	if errors.Is(err, flow.ErrUnknown) {
		return o, errNothing
	}
	if err != nil {
		return o, err
	}
	o.Document, _ = flow.Parse([]byte(o.Flow.JSON))
	o.Move.State, err = o.Document.Start("", nil)
	return o, err
}
