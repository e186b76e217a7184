package sandbox

import (
	"slices"
	"strconv"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/registration"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// route is one call of the API: what the server does and what the document says.
type route struct {
	method, path, summary string
	query                 []param
	body                  any // a pointer to a struct whose fields have doc tags; nil: no body is read
	answer                any // a value of what is answered; nil: a stream of events
	conflict              any // a value of what is answered with 409, where that can be
	do                    func(c *call) (any, error)
}

// param is a parameter in the query.
type param struct {
	name, doc string
	enum      []string
	max       int // of whole numbers from 1; zero: a text
}

// thread is the path of one customer's chat with one number.
const thread = "/customers/{wa_id}/chats/{phone_number_id}"

// number is the path of one business number.
const number = "/numbers/{phone_number_id}"

// pathDocs describes what stands in paths.
var pathDocs = map[string]string{
	"wa_id":           "the customer: a phone number with its country code, digits only",
	"phone_number_id": "the business's number, by its id",
	"retailer_id":     "the product's SKU in the catalog",
	"item_id":         "the product item's id",
	"template_id":     "the message template's id",
	"delivery_id":     "a delivery's id",
	"waba_id":         "the WhatsApp Business Account",
	"violation_id":    "a violation of the account, by its id",
	"replay_id":       "a replay's id",
	"session":         "of the event session of a listening stream",
	"receiver_id":     "a receiver's id",
	"endpoint_id":     "an endpoint's id",
	"app_id":          "an app's id",
	"snapshot":        "a snapshot's name",
}

// Pages of the delivery log.
const (
	logDefault = 50
	logMost    = 200
)

// routes is the whole API on one page.
func (s *Server) routes() []route {
	return slices.Concat(s.worldRoutes(), s.snapshotRoutes(), s.webhookRoutes())
}

// worldRoutes play customers, the clock and the review.
func (s *Server) worldRoutes() []route {
	return []route{
		{method: "GET", path: thread, summary: "The chat as the customer sees it", do: s.getChat, answer: messaging.ChatView{}, query: []param{
			{name: "limit", doc: "how many messages, by default " + strconv.Itoa(messaging.ChatDefault), max: messaging.ChatMost},
			{name: "before", doc: "a message id: older messages than that one"},
		}},
		{
			method: "POST", path: thread + "/messages", summary: "Write to the business; with a product it is a question about it",
			do: s.postMessage, body: &messageBody{}, answer: messageAnswer{},
		},
		{method: "GET", path: thread + "/catalog", summary: "What the storefront shows", do: s.getCatalog, answer: storefront.StorefrontView{}, query: []param{
			{name: "q", doc: "search words; case and diacritics do not matter"},
			{name: "after", doc: "next of the page before"},
			{name: "limit", doc: "how many products, by default " + strconv.Itoa(storefront.DefaultPage), max: storefront.MaxPage},
		}},
		{method: "GET", path: thread + "/products/{retailer_id}", summary: "What the product page shows", do: s.getProduct, answer: storefront.ProductView{}},
		{
			method: "POST", path: thread + "/products/{retailer_id}/report", summary: "Report a product: it is reviewed again with the report",
			do: s.postReport, body: &reportBody{}, answer: success{},
		},
		{method: "GET", path: thread + "/cart", summary: "Open the cart: it is re-priced, and what is gone is removed and named", do: s.getCart, answer: storefront.CartView{}},
		{
			method: "PUT", path: thread + "/cart/{retailer_id}", summary: "Put an item into the cart, or change how many",
			do: s.putCart, body: &quantityBody{}, answer: storefront.CartView{},
		},
		{method: "DELETE", path: thread + "/cart/{retailer_id}", summary: "Take an item out of the cart", do: s.deleteCart, answer: storefront.CartView{}},
		{
			method: "POST", path: thread + "/cart/send", summary: "Send the cart to the business as an order",
			do: s.sendCart, body: &sendBody{}, answer: messaging.SentOrder{}, conflict: cartChanged{},
		},
		{
			method: "POST", path: thread + "/delivered", summary: "The customer's phone took the business's messages",
			do: s.ack(chat.Delivered), body: &upToBody{}, answer: success{},
		},
		{method: "POST", path: thread + "/read", summary: "The customer saw the business's messages", do: s.ack(chat.Read), body: &upToBody{}, answer: success{}},
		{
			method: "POST", path: thread + "/played", summary: "The customer listened to a voice message of the business",
			do: s.postPlayed, body: &playedBody{}, answer: success{},
		},
		{method: "POST", path: thread + "/block", summary: "Block the business", do: s.block(true), answer: success{}},
		{method: "DELETE", path: thread + "/block", summary: "Unblock the business", do: s.block(false), answer: success{}},
		{
			method: "POST", path: thread + "/marketing", summary: "Stop marketing messages of the business, or resume them",
			do: s.postMarketing, body: &marketingBody{}, answer: success{},
		},
		{
			method: "POST", path: thread + "/withhold", summary: "Let marketing messages of the business not reach a customer who wants them",
			do: s.postWithhold, body: &withholdBody{}, answer: success{},
		},
		{
			method: "POST", path: "/customers/{wa_id}/number", summary: "Give a customer a new number: every business it wrote to is told",
			do: s.changeNumber, body: &numberBody{}, answer: success{},
		},
		{
			method: "POST", path: "/customers/{wa_id}/username", summary: "Give a customer a username: businesses that do not know the number yet do not learn it",
			do: s.postUsername, body: &usernameBody{}, answer: success{},
		},
		{
			method: "POST", path: "/customers/{wa_id}/identity", summary: "Give a customer new keys, as a new phone does: numbers that check identities are told",
			do: s.postIdentity, answer: success{},
		},
		{method: "GET", path: number + "/code", summary: "The verification code on its way to a number", do: s.getCode, answer: registration.Code{}},
		{
			method: "POST", path: number + "/name", summary: "Decide on the display name that a number asks for",
			do: s.postName, body: &nameBody{}, answer: success{},
		},
		{
			method: "POST", path: number + "/official", summary: "Decide on the application of a number for the badge of an official business account",
			do: s.postOfficial, body: &nameBody{}, answer: success{},
		},
		{
			method: "POST", path: number + "/quality", summary: "Rate a number on purpose; the next block by a customer rates it anew",
			do: s.postQuality, body: &qualityBody{}, answer: success{},
		},
		{
			method: "POST", path: number + "/messaging-limit", summary: "Set how many customers the number's business may write to first within a day",
			do: s.postTier, body: &tierBody{}, answer: success{},
		},
		{
			method: "POST", path: number + "/throughput", summary: "Make a number faster, which takes a minute, or as slow as at first",
			do: s.postThroughput, body: &throughputBody{}, answer: success{},
		},
		{method: "GET", path: number + "/recipients", summary: "The people a test number may write to", do: s.getRecipients, answer: recipientsAnswer{}},
		{
			method: "POST", path: number + "/recipients", summary: "Let a test number write to a person; at most five",
			do: s.postRecipient, body: &recipientBody{}, answer: success{},
		},
		{method: "POST", path: thread + "/open", summary: "Open the chat: where nothing was said yet, a business that wants it hears of it", do: s.postOpen, answer: openAnswer{}},
		{method: "GET", path: "/clock", summary: "The platform's clock", do: s.getClock, answer: clockAnswer{}},
		{
			method: "POST", path: "/clock", summary: "Move the platform's clock; the move survives a restart, and what became due happens",
			do: s.postClock, body: &clockBody{}, answer: clockAnswer{},
		},
		{
			method: "POST", path: "/items/{item_id}/verdict", summary: "Give an item of a connected catalog a review verdict on purpose",
			do: s.postVerdict, body: &verdictBody{}, answer: success{},
		},
		{method: "GET", path: "/items/{item_id}/appeal", summary: "How an item and its appeal stand", do: s.getItemAppeal, answer: itemAppealAnswer{}},
		{
			method: "POST", path: "/items/{item_id}/appeal", summary: "Ask for another review of a rejected item, as its page does; a verdict decides it",
			do: s.postItemAppeal, body: &itemAppealBody{}, answer: itemAppealAnswer{},
		},
		{
			method: "POST", path: "/wabas/{waba_id}/review", summary: "Decide on purpose what the review makes of an account: the webhook account_review_update tells it",
			do: s.postAccountReview, body: &accountReviewBody{}, answer: success{},
		},
		{method: "GET", path: "/wabas/{waba_id}/enforcement", summary: "What is and was held against an account", do: s.getEnforcement, answer: standingAnswer{}},
		{
			method: "POST", path: "/wabas/{waba_id}/enforcement", summary: "Put an account on a rung of the enforcement ladder on purpose, or reinstate it",
			do: s.postEnforcement, body: &enforcementBody{}, answer: standingAnswer{},
		},
		{
			method: "POST", path: "/wabas/{waba_id}/violations/{violation_id}/appeal", summary: "Appeal a violation, as the business does on its page",
			do: s.postViolationAppeal, body: &violationAppealBody{}, answer: standingAnswer{},
		},
		{
			method: "POST", path: "/wabas/{waba_id}/violations/{violation_id}/decision", summary: "Decide an open appeal of a violation, as a moderator does",
			do: s.postViolationDecision, body: &outcomeBody{}, answer: standingAnswer{},
		},
		{
			method: "POST", path: "/templates/{template_id}/verdict", summary: "Decide on a message template on purpose, rate it or move it to another category",
			do: s.postTemplateVerdict, body: &templateVerdictBody{}, answer: success{},
		},
		{
			method: "POST", path: "/templates/{template_id}/pacing", summary: "Pace a message template on purpose: its first messages go out, the rest is held until its quality is known",
			do: s.postTemplatePacing, body: &templatePacingBody{}, answer: success{},
		},
		{
			method: "POST", path: "/review", summary: "What the reviewer makes of listings, without storing anything",
			do: s.postReview, body: &reviewBody{}, answer: reviewAnswer{},
		},
		{method: "GET", path: "/faults", summary: "What goes wrong on purpose, and when it last did", do: s.getFaults, answer: faultsAnswer{}},
		{
			method: "PUT", path: "/faults", summary: "Let calls and webhooks go wrong on purpose: errors, delays, losses, doubles. Replaces what was set before",
			do: s.putFaults, body: &faultsBody{}, answer: faultsAnswer{},
		},
		{method: "DELETE", path: "/faults", summary: "Nothing goes wrong on purpose any more", do: s.deleteFaults, answer: success{}},
		{method: "GET", path: "/events", summary: "Everything that happens in your businesses, as server-sent events", do: s.events, query: []param{
			{name: "after", doc: "the id of the last event you had, for clients without the header Last-Event-ID"},
		}},
	}
}

// webhookRoutes tell and steer what receivers hear.
func (s *Server) webhookRoutes() []route {
	const deliveries, endpoint = "/webhooks/deliveries", "/webhooks/endpoints/{endpoint_id}"
	return []route{
		{method: "GET", path: deliveries, summary: "What receivers were told, newest first", do: s.getDeliveries, answer: deliveriesAnswer{}, query: append(deliveryFilters(),
			param{name: "before", doc: "a delivery id: older ones than that"},
			param{name: "limit", doc: "how many, by default " + strconv.Itoa(logDefault), max: logMost},
		)},
		{method: "GET", path: deliveries + "/{delivery_id}", summary: "One delivery", do: s.getDelivery, answer: webhook.Delivery{}},
		{method: "GET", path: deliveries + "/{delivery_id}/attempts", summary: "Every attempt at one delivery, in order", do: s.getAttempts, answer: attemptsAnswer{}},
		{method: "POST", path: deliveries + "/{delivery_id}/replay", summary: "Send the same bytes once more", do: s.replay, answer: replayAnswer{}},
		{
			method: "POST", path: "/webhooks/replays", summary: "Send many deliveries again: a job does it, and its progress can be asked for",
			do: s.postReplay, body: &selectionBody{}, answer: webhook.ReplayRun{},
		},
		{method: "GET", path: "/webhooks/replays", summary: "The latest replays, newest first", do: s.getReplays, answer: replaysAnswer{}},
		{method: "GET", path: "/webhooks/replays/{replay_id}", summary: "How far a replay is", do: s.getReplay, answer: webhook.ReplayRun{}},
		{
			method: "GET", path: "/webhooks/listen", summary: "Webhooks as server-sent events, as they would be sent and signed with your app's secret; answer each",
			do: s.listen, query: []param{
				{name: "fields", doc: "webhook fields between commas; left out: all"},
				{name: "session", doc: "of a stream that broke off: what was caused meanwhile comes too"},
			},
		},
		{
			method: "POST", path: "/webhooks/listen/{session}/answers", summary: "Tell how a webhook of the stream was answered",
			do: s.postForwarded, body: &forwardedBody{}, answer: success{},
		},
		{
			method: "POST", path: "/webhooks/verify-signature", summary: "Why a receiver's check of a signature fails: what is wrong with body, secret or header",
			do: s.verifySignature, body: &signatureBody{}, answer: webhook.Diagnosis{},
		},
		{method: "GET", path: "/webhooks/receivers", summary: "Where webhooks go, and how that is doing", do: s.getReceivers, answer: receiversAnswer{}},
		{method: "POST", path: "/webhooks/receivers/{receiver_id}/pause", summary: "Hold what is for a receiver", do: s.pauseReceiver, answer: success{}},
		{method: "POST", path: "/webhooks/receivers/{receiver_id}/resume", summary: "Let it leave again", do: s.resumeReceiver, answer: success{}},
		{method: "GET", path: "/webhooks/endpoints", summary: "Receivers of your own, beside each app's callback", do: s.getEndpoints, answer: endpointsAnswer{}},
		{
			method: "POST", path: "/webhooks/endpoints", summary: "Make one; its secret is told this once",
			do: s.postEndpoint, body: &endpointBody{}, answer: webhook.Endpoint{},
		},
		{method: "POST", path: endpoint, summary: "Change one; what is left out stays", do: s.changeEndpoint, body: &endpointChange{}, answer: webhook.Endpoint{}},
		{method: "DELETE", path: endpoint, summary: "Remove one; what waits for it becomes undelivered", do: s.deleteEndpoint, answer: success{}},
		{method: "POST", path: endpoint + "/secret", summary: "Give it a new secret", do: s.rotateEndpoint, body: &overlapBody{}, answer: secretAnswer{}},
		{method: "POST", path: "/apps/{app_id}/secret", summary: "Give an app a new secret", do: s.rotateApp, body: &overlapBody{}, answer: secretAnswer{}},
		{
			method: "PUT", path: "/apps/{app_id}/client-certificate", summary: "Send an app's webhooks with a client certificate",
			do: s.putCertificate, body: &certificateBody{}, answer: webhook.Certificate{},
		},
		{method: "GET", path: "/apps/{app_id}/client-certificate", summary: "The client certificate of an app's webhooks", do: s.getCertificate, answer: webhook.Certificate{}},
		{method: "DELETE", path: "/apps/{app_id}/client-certificate", summary: "Send them without one", do: s.deleteCertificate, answer: success{}},
	}
}
