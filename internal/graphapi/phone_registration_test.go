package graphapi_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graphapi"
	"github.com/hawkerhq/hawker/internal/graphapi/apitest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/registration"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// outbox keeps what the business's programs are told. A closure may run twice: an event counts once it is committed.
type outbox struct {
	mu     sync.Mutex
	events []string
}

func (o *outbox) EnqueueTx(_ context.Context, tx *db.Tx, e webhook.Event) error {
	text := e.Field + " " + string(e.Value)
	tx.AfterCommit(func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.events = append(o.events, text)
	})
	return nil
}

// told compares the events since the last look.
func (o *outbox) told(w *apitest.World, want ...string) {
	w.T.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	for n := range want {
		want[n] = w.Fill(want[n])
	}
	if !slices.Equal(o.events, want) {
		w.T.Errorf("told\n got %q\nwant %q", o.events, want)
	}
	o.events = nil
}

// eachNumber is eachShop with an outbox that hears of numbers and messages.
func eachNumber(t *testing.T, f func(w *apitest.World, o *outbox)) {
	t.Helper()
	eachShop(t, func(w *apitest.World) { f(w, w.Deps.Numbers.Outbox.(*outbox)) }, func(d *graphapi.Deps) {
		o := &outbox{}
		d.Numbers = registration.New(registration.Deps{DB: d.DB, Outbox: o, Handles: d.Feeds, Pictures: d.Numbers.Pictures})
		d.Exchange = messaging.New(messaging.Deps{DB: d.DB, Clock: d.DB.Clock(), Live: live.New(), Outbox: o})
	})
}

// owner is who reads codes in the manager.
func owner(w *apitest.World) access.Caller {
	return access.Caller{Businesses: []id.ID{w.ID("business")}}
}

// readCode reads the code on its way to a number into {code}, and a wrong one into {wrong}.
func readCode(w *apitest.World, number string) {
	w.T.Helper()
	c, ok, err := w.Deps.Numbers.Code(w.T.Context(), owner(w), w.ID(number))
	if err != nil || !ok || len(c.Code) != 6 {
		w.T.Fatalf("code %+v, %v, %v", c, ok, err)
	}
	w.Set("code", c.Code)
	w.Set("wrong", string('0'+(c.Code[0]-'0'+1)%10)+c.Code[1:])
}

// drain does the jobs that are due.
func drain(w *apitest.World) {
	w.T.Helper()
	r := job.NewRunner(w.DB, w.Clock, slog.New(slog.DiscardHandler))
	w.Deps.Numbers.RegisterJobs(r)
	if err := r.Drain(w.T.Context()); err != nil {
		w.T.Fatal(err)
	}
}

// refused is an answer of the Cloud API's kind: code, title and the whole detail. waiting is one of those that time heals.
func refused(code, title, details string) string {
	return `400 {"error":{"message":"(#` + code + `) ` + title + `","type":"OAuthException","code":` + code + `,"error_data":{"messaging_product":"whatsapp","details":"` + details + `"},"fbtrace_id":"A"}}`
}

func waiting(code, title, details string) string {
	return `400 {"error":{"message":"(#` + code + `) ` + title + `","type":"OAuthException","code":` + code + `,"is_transient":true,"error_data":{"messaging_product":"whatsapp","details":"` + details + `"},"fbtrace_id":"A"}}`
}

func TestANumberFromTheAccountToItsFirstMessage(t *testing.T) {
	t.Parallel()
	eachNumber(t, func(w *apitest.World, o *outbox) {
		w.Do(`POST /v25.0/{waba}/phone_numbers`, `cc=84&phone_number=2871000009&verified_name=Quán Hai`, `200 {"id":"<new>"}`)
		w.Do(`GET /v25.0/{new}?fields=display_phone_number,verified_name,status,code_verification_status,name_status,quality_rating,is_pin_enabled,account_mode`, ``,
			`200 {"display_phone_number":"+84 28 7100 0009","verified_name":"Quán Hai","status":"PENDING","code_verification_status":"NOT_VERIFIED","name_status":"PENDING_REVIEW",
			"quality_rating":"UNKNOWN","is_pin_enabled":false,"account_mode":"LIVE","id":"{new}"}`)
		w.Do(`GET /v25.0/{new}?fields=health_status`, ``, `200 {"health_status":{"can_send_message":"BLOCKED","entities":[{"entity_type":"PHONE_NUMBER","id":"{new}","can_send_message":"BLOCKED",
			"errors":[{"error_code":133010,"error_description":"The phone number is not registered.","possible_solution":"Verify the number with request_code and verify_code, then register it with its PIN."}]}*`)
		const hello = `{"messaging_product":"whatsapp","to":"84901234567","type":"text","text":{"body":"Chào"}}`
		w.Do(`POST /v25.0/{new}/messages`, hello, refused("133010", "Phone number not registered", "The phone number is not registered: register it with POST /{phone-number-id}/register before it sends"))
		w.Do(`POST /v25.0/{new}/register`, `{"messaging_product":"whatsapp","pin":"048151"}`, refused("133006", "Phone number re-verification needed",
			"the phone number needs to be verified before registering (code_verification_status is NOT_VERIFIED): ask for a code with request_code and tell it with verify_code"))

		w.Do(`POST /v25.0/{new}/verify_code`, `code=123456`, refused("136025", "Verify code error", "no code is on its way; ask for one with request_code"))
		w.Do(`POST /v25.0/{new}/request_code`, `code_method=SMS&language=vi_VN`, `200 {"success":true}`)
		readCode(w, "new")
		w.Do(`POST /v25.0/{new}/verify_code`, `code={wrong}`, refused("136025", "Verify code error", "the code is wrong; 4 more guesses are allowed"))
		w.Do(`POST /v25.0/{new}/verify_code`, `code={code}`, `200 {"success":true}`)
		w.Do(`POST /v25.0/{new}/verify_code`, `code={code}`, refused("136025", "Verify code error", "no code is on its way; ask for one with request_code"))
		w.Do(`GET /v25.0/{new}?fields=code_verification_status`, ``, `200 {"code_verification_status":"VERIFIED","id":"{new}"}`)

		o.told(w)
		w.Do(`POST /v25.0/{new}/register`, `{"messaging_product":"whatsapp","pin":"048151"}`, `200 {"success":true}`)
		o.told(w, `security {"display_phone_number":"842871000009","event":"PIN_CHANGED","requester":"{user}"}`,
			`phone_number_quality_update {"display_phone_number":"842871000009","event":"ONBOARDING","current_limit":"TIER_250","max_daily_conversations_per_business":"TIER_250"}`)
		w.Do(`GET /v25.0/{new}?fields=status,is_pin_enabled,last_onboarded_time,health_status{can_send_message}`, ``,
			`200 {"status":"CONNECTED","is_pin_enabled":true,"last_onboarded_time":"2026-11-23T09:00:00+0000","health_status":{"can_send_message":"AVAILABLE"},"id":"{new}"}`)
		w.Do(`POST /v25.0/{new}/messages`, hello, `200 {"messaging_product":"whatsapp"*`)

		// Its display name is looked at by the clock.
		o.told(w, o.events...)
		w.Clock.Advance(10 * time.Minute)
		drain(w)
		o.told(w, `phone_number_name_update {"display_phone_number":"842871000009","decision":"APPROVED","requested_verified_name":"Quán Hai","rejection_reason":null}`)
		w.Do(`GET /v25.0/{new}?fields=name_status`, ``, `200 {"name_status":"APPROVED","id":"{new}"}`)
		w.Do(`GET /v25.0/{waba}/activities?limit=1`, ``, `200 {"data":[{"id":"<*>","activity_type":"ACCOUNT_UPDATED","timestamp":"2026-11-23T09:10:00+0000","actor_type":"SYSTEM",
			"description":"The name Quán Hai was approved"}],"paging":{"cursors":{"before":"<*>","after":"<after>"},"next":*`)
		w.Do(`GET /v25.0/{waba}/activities?limit=1&after={after}&fields=activity_type,actor_type,actor_id,description`, ``,
			`200 {"data":[{"activity_type":"SECURITY_EVENT","actor_id":"{user}","actor_type":"API","description":"The two-step PIN of +84 28 7100 0009 was changed","id":"<*>"}]*`)
		w.As("foreign_token").Do(`GET /v25.0/{waba}/activities`, ``, `400 {"error":{"message":"Unsupported get request*`)
		w.As("foreign_token").Do(`POST /v25.0/{new}/register`, `{"messaging_product":"whatsapp","pin":"048151"}`, `400 {"error":{"message":"Unsupported post request. Object with ID '{new}' does not exist*`)
	})
}

func TestNumbersThatCannotBeAdded(t *testing.T) {
	t.Parallel()
	eachNumber(t, func(w *apitest.World, _ *outbox) {
		const edge = `POST /v25.0/{waba}/phone_numbers`
		for body, want := range map[string]string{
			`verified_name=Quán`:                                                     `(#100) The parameter phone_number is required`,
			`phone_number=842871000009`:                                              `(#100) The parameter verified_name is required`,
			`phone_number=12&verified_name=Quán`:                                     `(#100) Invalid parameter: phone_number is no number that can exist`,
			`cc=8a&phone_number=2871000009&verified_name=Quán`:                       `(#100) Invalid parameter: cc is \"8a\"; it is a country's dialling code`,
			`phone_number=842871000009&verified_name=Q`:                              `(#100) Invalid parameter: verified_name has 1 characters; a display name has 2 to 75`,
			`phone_number=842871000009&verified_name=Quán%20`:                        `(#100) Invalid parameter: verified_name begins or ends with a space`,
			`phone_number=842871000001&verified_name=Quán`:                           `(#100) Invalid parameter: +842871000001 is a business phone number already`,
			`phone_number=842471000002&verified_name=Quán`:                           `(#100) Invalid parameter: +842471000002 is a business phone number already`,
			`phone_number=842871000009&verified_name=Quán&migrate_phone_number=true`: `(#3) Hawker does not offer this parameter yet: migrate_phone_number`,
		} {
			w.Do(edge, body, `400 {"error":{"message":"`+want+`*`)
		}
		w.Do(edge, `cc=84&phone_number=842871000009&verified_name=Quán`, `200 {"id":"<new>"}`)
		w.Do(edge, `cc=+84&phone_number=028 7100 0009&verified_name=Quán`, `400 {"error":{"message":"(#100) Invalid parameter: +842871000009 is a business phone number already*`)
		// Nobody has verified it yet: somebody else may try, and whoever is first has it.
		w.As("foreign_token").Do(`POST /v25.0/{foreign_waba}/phone_numbers`, `phone_number=842871000009&verified_name=Quán`, `200 {"id":"<theirs>"}`)
		for _, n := range []string{"new", "theirs"} {
			c := owner(w)
			if n == "theirs" {
				c.Businesses = []id.ID{w.ID("foreign")}
			}
			if err := w.Deps.Numbers.RequestCode(t.Context(), c, w.ID(n), "SMS", "vi"); err != nil {
				t.Fatal(err)
			}
			code, _, err := w.Deps.Numbers.Code(t.Context(), c, w.ID(n))
			if err != nil {
				t.Fatal(err)
			}
			w.Set("code_of_"+n, code.Code)
		}
		w.Do(`POST /v25.0/{new}/verify_code`, `code={code_of_new}`, `200 {"success":true}`)
		w.As("foreign_token").Do(`POST /v25.0/{theirs}/verify_code`, `code={code_of_theirs}`, `400 {"error":{"message":"(#100) Invalid parameter: +842871000009 is a business phone number already*`)
		w.As("foreign_token").Do(edge, `phone_number=842871000010&verified_name=Quán`, `400 {"error":{"message":"Unsupported post request. Object with ID '{waba}' does not exist*`)
	})
}

func TestCodesAreCountedAndExpire(t *testing.T) {
	t.Parallel()
	eachNumber(t, func(w *apitest.World, _ *outbox) {
		w.Do(`POST /v25.0/{waba}/phone_numbers`, `cc=84&phone_number=2871000009&verified_name=Quán Hai`, `200 {"id":"<new>"}`)
		const ask, tell = `POST /v25.0/{new}/request_code`, `POST /v25.0/{new}/verify_code`
		w.Do(ask, `code_method=PIGEON&language=vi`, `400 {"error":{"message":"(#100) Invalid parameter: code_method is \"PIGEON\"; it is SMS or VOICE"*`)
		w.Do(ask, `code_method=SMS&language=tiếng Việt`, `400 {"error":{"message":"(#100) Invalid parameter: language is*`)
		w.Do(ask, `code_method=VOICE&language=en`, `200 {"success":true}`)
		w.Do(ask, `code_method=VOICE&language=en`, refused("136024", "Request code error", "a code was sent less than a minute ago; wait and ask again in 1m0s"))
		readCode(w, "new")
		for _, left := range []string{"4", "3", "2", "1"} {
			w.Do(tell, `code={wrong}`, refused("136025", "Verify code error", "the code is wrong; "+left+" more guesses are allowed"))
		}
		w.Do(tell, `code={wrong}`, refused("136025", "Verify code error", "the code is wrong, for the 5th time, and counts no more; ask for one with request_code"))
		w.Do(tell, `code={code}`, refused("136025", "Verify code error", "no code is on its way; ask for one with request_code"))
		for range 9 {
			w.Clock.Advance(time.Minute)
			w.Do(ask, `code_method=SMS&language=en`, `200 {"success":true}`)
		}
		w.Clock.Advance(time.Minute)
		w.Do(ask, `code_method=SMS&language=en`, refused("136024", "Request code error", "10 codes were asked for within 72 hours, which is the most; wait and ask again later"))
		readCode(w, "new")
		w.Clock.Advance(9 * time.Minute)
		w.Do(tell, `code={code}`, refused("136025", "Verify code error", "the code has expired: a code holds 10m0s; ask for one with request_code"))
		w.Do(`POST /v25.0/{phone}/request_code`, `code_method=SMS&language=en`, refused("136024", "Request code error", "the number is verified and registered; it needs no code"))

		// A verification that is not used for 14 days is none.
		w.Clock.Advance(72 * time.Hour)
		w.Do(ask, `code_method=SMS&language=en`, `200 {"success":true}`)
		readCode(w, "new")
		w.Do(tell, `code={code}`, `200 {"success":true}`)
		w.Clock.Advance(14*24*time.Hour + time.Second)
		w.Do(`POST /v25.0/{new}/register`, `{"messaging_product":"whatsapp","pin":"048151"}`, refused("133006", "Phone number re-verification needed",
			"the phone number needs to be verified before registering (code_verification_status is EXPIRED): ask for a code with request_code and tell it with verify_code"))
	})
}

func TestRegisteringAndThePIN(t *testing.T) {
	t.Parallel()
	eachNumber(t, func(w *apitest.World, o *outbox) {
		const register, deregister = `POST /v25.0/{phone}/register`, `POST /v25.0/{phone}/deregister`
		const right, wrong = `{"messaging_product":"whatsapp","pin":"048151"}`, `{"messaging_product":"whatsapp","pin":"111111"}`
		w.Do(register, `{"pin":"048151"}`, `400 {"error":{"message":"(#100) The parameter messaging_product is required"*`)
		w.Do(register, `{"messaging_product":"whatsapp"}`, `400 {"error":{"message":"(#100) The parameter pin is required"*`)
		w.Do(register, `{"messaging_product":"whatsapp","pin":"12345"}`, `400 {"error":{"message":"(#100) Invalid parameter: pin must be 6 digits, for example 048151"*`)
		w.Do(register, `{"messaging_product":"whatsapp","pin":"048151","data_localization_region":"XX"}`, `400 {"error":{"message":"(#100) Invalid parameter: data_localization_region is \"XX\"; it is one of AU, ID*`)
		w.Do(`POST /v25.0/{phone}`, `pin=04815`, `400 {"error":{"message":"(#100) Invalid parameter: pin must be 6 digits, for example 048151"*`)
		w.Do(`POST /v25.0/{phone}`, `{"pin":"048151"}`, `200 {"success":true}`)
		o.told(w, `security {"display_phone_number":"842871000001","event":"PIN_CHANGED","requester":"{user}"}`)
		w.Do(register, right, `200 {"success":true}`) // again: nothing changes
		o.told(w)

		const mismatch = "the PIN is not the two-step PIN of this number; it was set when the number was registered, or by POST /{phone-number-id} with pin"
		w.Do(register, wrong, refused("133005", "Two step verification PIN Mismatch", mismatch))
		w.Do(register, wrong, waiting("133009", "Two step verification PIN guessed too fast", "the PIN was guessed too soon after a wrong guess; try again in 5s"))
		for range 4 {
			w.Clock.Advance(5 * time.Second)
			w.Do(register, wrong, refused("133005", "Two step verification PIN Mismatch", mismatch))
		}
		w.Clock.Advance(5 * time.Second)
		w.Do(register, right, waiting("133008", "Too many two step verification PIN guesses", "the PIN was guessed wrong 5 times; try again in 59m55s"))
		w.Clock.Advance(time.Hour)
		w.Do(register, right, `200 {"success":true}`)

		w.Do(deregister, ``, `200 {"success":true}`)
		w.Do(`GET /v25.0/{phone}?fields=status,is_pin_enabled`, ``, `200 {"status":"DISCONNECTED","is_pin_enabled":true,"id":"{phone}"}`)
		w.Do(deregister, ``, refused("133010", "Phone number not registered", "the number is not registered: there is nothing to take off"))
		w.Do(`POST /v25.0/{phone}`, `pin=048151`, refused("133010", "Phone number not registered", "the number is not registered: its PIN is set by register"))
		w.Clock.Advance(time.Minute)
		w.Do(register, right, waiting("133015", "Please wait a few minutes before attempting to register this phone number", "the number was deregistered less than 5 minutes ago; try to register it in 4m0s"))
		for range 3 {
			w.Clock.Advance(5 * time.Minute)
			w.Do(register, right, `200 {"success":true}`)
			w.Do(deregister, ``, `200 {"success":true}`)
		}
		w.Clock.Advance(5 * time.Minute)
		w.Do(register, right, `200 {"success":true}`) // the tenth
		const often = "the number was registered or deregistered 10 times within 72 hours, which is the most; wait until the first of them is 72 hours ago"
		w.Do(register, right, refused("133016", "Account register deregister rate limit exceeded", often))
		w.Do(deregister, ``, refused("133016", "Account register deregister rate limit exceeded", often))
		w.Clock.Advance(72 * time.Hour)
		w.Do(deregister, ``, `200 {"success":true}`)

		w.Clock.Advance(5 * time.Minute)
		w.Do(register, right, `200 {"success":true}`)
		w.Do(`POST /v25.0/{phone}`, `{"pin":""}`, `200 {"success":true}`)
		w.Do(`GET /v25.0/{phone}?fields=is_pin_enabled`, ``, `200 {"is_pin_enabled":false,"id":"{phone}"}`)
		w.Do(register, wrong, `200 {"success":true}`) // none is set: this one is now
	})
}

func TestDisplayNames(t *testing.T) {
	t.Parallel()
	eachNumber(t, func(w *apitest.World, o *outbox) {
		const ask = `POST /v25.0/{phone}`
		w.Do(ask, `new_display_name=Q`, `400 {"error":{"message":"(#100) Invalid parameter: new_display_name has 1 characters; a display name has 2 to 75"*`)
		w.Do(ask, `new_display_name=Quán Góc Phố`, `400 {"error":{"message":"(#100) Invalid parameter: the number has this name already"*`)
		w.Do(ask, `new_display_name=Quán Meta`, `200 {"success":true}`)
		w.Do(ask, `new_display_name=Quán Ba`, `400 {"error":{"message":"(#100) Invalid parameter: the name \"Quán Meta\" is being looked at; wait for the decision"*`)
		w.Do(`GET /v25.0/{phone}?fields=verified_name,name_status,new_display_name,new_name_status`, ``,
			`200 {"verified_name":"Quán Góc Phố","name_status":"APPROVED","new_display_name":"Quán Meta","new_name_status":"PENDING_REVIEW","id":"{phone}"}`)
		w.Clock.Advance(10 * time.Minute)
		drain(w)
		o.told(w, `phone_number_name_update {"display_phone_number":"842871000001","decision":"REJECTED","requested_verified_name":"Quán Meta","rejection_reason":"NAME_OF_ANOTHER_COMPANY"}`)
		w.Do(`GET /v25.0/{phone}?fields=verified_name,new_name_status`, ``, `200 {"verified_name":"Quán Góc Phố","new_name_status":"DECLINED","id":"{phone}"}`)

		// A decision on purpose goes before that of the clock.
		w.Do(ask, `new_display_name=Quán Ba`, `200 {"success":true}`)
		if err := w.Deps.Numbers.DecideName(t.Context(), owner(w), w.ID("phone"), ""); err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(10 * time.Minute)
		drain(w)
		o.told(w, `phone_number_name_update {"display_phone_number":"842871000001","decision":"APPROVED","requested_verified_name":"Quán Ba","rejection_reason":null}`)
		w.Do(`GET /v25.0/{phone}?fields=verified_name,name_status,new_display_name,new_name_status`, ``, `200 {"verified_name":"Quán Ba","name_status":"APPROVED","new_name_status":"NONE","id":"{phone}"}`)
		if err := w.Deps.Numbers.DecideName(t.Context(), owner(w), w.ID("phone"), ""); err == nil {
			t.Error("a name was decided on that nobody asked for")
		}
	})
}
