package dev

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/waba"
)

// ReceivePath is where the receivers of our own stand, with their name behind it.
const ReceivePath = "/dev/receive/"

// Bounds of receivers of our own.
const (
	receiversMost = 20
	receivedMost  = 50
	receivedBytes = 64 << 10
	answerMost    = 10 << 10
	delayMost     = 20 // seconds
)

// Received is a request that a receiver got.
type Received struct {
	At      time.Time
	Method  string
	Headers []string
	Body    string // as it came
	Pretty  string
	// Signed tells that the signature fits the body.
	Signed bool
	Status int
}

// Receiver answers webhooks as it is told, to see what happens. It is forgotten with a restart.
type Receiver struct {
	Name   string
	Status int
	Answer string
	Delay  int // seconds
	Got    []Received
}

// receivers are those of the server, by name.
type receivers struct {
	mu   sync.Mutex
	list []*Receiver
}

var receiverName = regexp.MustCompile(`^[a-z0-9-]{1,30}$`)

// find returns a copy of a receiver.
func (r *receivers) find(name string) (Receiver, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range r.list {
		if one.Name == name {
			c := *one
			c.Got = slices.Clone(one.Got)
			return c, true
		}
	}
	return Receiver{}, false
}

// all are copies of all receivers.
func (r *receivers) all() []Receiver {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]Receiver, len(r.list))
	for i, one := range r.list {
		list[i] = *one
	}
	return list
}

// set makes or changes one; false where there are too many.
func (r *receivers) set(to Receiver) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range r.list {
		if one.Name == to.Name {
			one.Status, one.Answer, one.Delay = to.Status, to.Answer, to.Delay
			return true
		}
	}
	if len(r.list) == receiversMost {
		return false
	}
	r.list = append(r.list, &to)
	return true
}

func (r *receivers) got(name string, g Received) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range r.list {
		if one.Name == name {
			one.Got = append([]Received{g}, one.Got...)
			one.Got = one.Got[:min(len(one.Got), receivedMost)]
		}
	}
}

// ReceiversPage lists the receivers of our own.
type ReceiversPage struct {
	Shell
	List    []Receiver
	Form    Receiver
	BaseURL string
	Problem string
}

func (s *Server) receiverList(v *visit) error {
	return s.showReceivers(v, http.StatusOK, ReceiversPage{Form: Receiver{Status: http.StatusOK}})
}

func (s *Server) showReceivers(v *visit, status int, p ReceiversPage) error {
	p.Shell, p.List, p.BaseURL = v.shell(v.t("dev.nav_receivers"), "receivers"), s.receivers.all(), s.BaseURL+ReceivePath
	return v.show(status, "receivers.html", p)
}

func (s *Server) setReceiver(v *visit) error {
	number := func(name string) int {
		n, err := strconv.Atoi(v.PostFormValue(name))
		if err != nil {
			return -1
		}
		return n
	}
	r := Receiver{Name: strings.TrimSpace(v.PostFormValue("name")), Status: number("status"), Answer: v.PostFormValue("answer"), Delay: number("delay")}
	const lowest, highest = 200, 599
	problem := ""
	switch {
	case !receiverName.MatchString(r.Name):
		problem = v.t("dev.receiver_name")
	case r.Status < lowest || r.Status > highest:
		problem = v.t("dev.receiver_status")
	case r.Delay < 0 || r.Delay > delayMost:
		problem = v.t("dev.receiver_delay")
	case len(r.Answer) > answerMost:
		problem = v.t("dev.receiver_answer")
	case !s.receivers.set(r):
		problem = v.t("dev.receiver_many")
	}
	if problem != "" {
		return s.showReceivers(v, http.StatusUnprocessableEntity, ReceiversPage{Form: r, Problem: problem})
	}
	return v.redirect(Prefix + "/receivers/" + r.Name + "?done=saved")
}

// ReceiverPage is one receiver and what it got.
type ReceiverPage struct {
	Shell
	Receiver Receiver
	URL      string
	// Problem is why it could not be registered.
	Problem string
}

func (s *Server) receiver(v *visit) error { return s.showReceiver(v, http.StatusOK, "") }

func (s *Server) showReceiver(v *visit, status int, problem string) error {
	r, ok := s.receivers.find(v.PathValue("name"))
	if !ok {
		return errNothing
	}
	return v.show(status, "receiver.html", ReceiverPage{Shell: v.shell(r.Name, "receivers"), Receiver: r, URL: s.BaseURL + ReceivePath + r.Name, Problem: problem})
}

// receive answers a webhook as the receiver was told. Nobody logs in here, as at any receiver.
func (s *Server) receive(w http.ResponseWriter, r *http.Request) {
	one, ok := s.receivers.find(r.PathValue("name"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	if challenge := r.URL.Query().Get("hub.challenge"); r.Method == http.MethodGet {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, challenge) // the caller went away: nobody to tell
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, receivedBytes))
	if err != nil {
		return
	}
	g := Received{At: s.Clock.Now(), Method: r.Method, Body: string(body), Pretty: pretty(string(body)), Status: one.Status}
	g.Signed = r.Header.Get("X-Hub-Signature-256") == sign(s.AppSecret, string(body))
	for name, values := range r.Header {
		g.Headers = append(g.Headers, name+": "+strings.Join(values, ", "))
	}
	slices.Sort(g.Headers)
	s.receivers.got(one.Name, g)
	s.Live.Publish("events", map[string]any{"type": "receiver.got", "name": one.Name})
	if one.Delay > 0 {
		wait := time.NewTimer(time.Duration(one.Delay) * time.Second)
		defer wait.Stop()
		select {
		case <-wait.C:
		case <-r.Context().Done():
			return
		}
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(one.Status)
	_, _ = io.WriteString(w, one.Answer) // the caller went away: nobody to tell
}

// listen registers a receiver as the callback of the demo program, and has the program hear of every account.
func (s *Server) listen(v *visit) error {
	r, ok := s.receivers.find(v.PathValue("name"))
	if !ok {
		return errNothing
	}
	var accounts []waba.Account
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		accounts, err = waba.AccountsTx(ctx, tx, v.caller)
		return err
	})
	if err != nil {
		return err
	}
	form := url.Values{
		"object": {"whatsapp_business_account"}, "callback_url": {s.BaseURL + ReceivePath + r.Name}, "verify_token": {s.VerifyToken}, "fields": {"messages"},
		"access_token": {s.AppID.String() + "|" + s.AppSecret},
	}
	answers := []Answer{s.do(v.Request, Ask{Method: http.MethodPost, Path: "/v25.0/" + s.AppID.String() + "/subscriptions", Kind: "application/x-www-form-urlencoded", Body: form.Encode(), Token: " "})}
	for _, a := range accounts {
		answers = append(answers, s.do(v.Request, Ask{Method: http.MethodPost, Path: "/v25.0/" + a.ID.String() + "/subscribed_apps", Token: s.Token}))
	}
	for _, a := range answers {
		if a.Status != http.StatusOK {
			return s.showReceiver(v, http.StatusUnprocessableEntity, messageIn(a.Body))
		}
	}
	return v.redirect(Prefix + "/receivers/" + r.Name + "?done=listening")
}

// messageIn is the error's text of an answer, else the answer itself.
func messageIn(answer string) string {
	var a struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	if json.Unmarshal([]byte(answer), &a) == nil && a.Error.Message != "" {
		return a.Error.Message
	}
	return answer
}
