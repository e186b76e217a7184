package grapherr

// remedies say what a program does about a code; what exactly is wrong stands in each answer.
var remedies = map[int]string{
	1:       "Try again; if it stays, look for the fbtrace_id in the server's log",
	2:       "Try again, later each time",
	3:       "Do without this edge, or look into docs/divergences.md for when it comes",
	4:       "Wait as `Retry-After` says, then call again; call less at once",
	33:      "Check the id, and that the token may see the object",
	100:     "Mend the parameter the answer names and call again; the same call fails again",
	101:     "Send the app's id and secret as the dashboard shows them",
	104:     "Send an access token",
	190:     "Get a new token and send that",
	200:     "Give the token the permission the answer names",
	368:     "Wait until the restriction ends, or appeal in the manager; mend what was against policy first",
	803:     "Leave the unknown ids out",
	2040:    "Choose another way to pay for this customer",
	2046:    "Send statuses of an order forward only",
	2047:    "Refund instead: a paid order is not cancelled",
	2200:    "Make the receiver answer the verification with the challenge, then subscribe again",
	2500:    "Mend the path or the `fields` expression",
	10800:   "Use another retailer_id, or update the item that has it",
	10801:   "Send the file, or the address to fetch it from",
	10803:   "Use the set that exists, or change the filter",
	80007:   "Wait as the usage header estimates, then go on slower",
	80008:   "Wait as the usage header estimates, then go on slower",
	80009:   "Wait as the usage header estimates, then go on slower",
	80014:   "Wait as the usage header estimates; put more items into each batch",
	130429:  "Wait a moment and send slower from this number",
	130472:  "Nothing: this customer gets no marketing messages for now",
	130497:  "Leave customers in that country out",
	131000:  "Try again; if it stays, look for the fbtrace_id in the server's log",
	131005:  "Give the token the permission the answer names",
	131008:  "Add the parameter the answer names",
	131009:  "Mend the value the answer names; for products, look at the item's review and the connected catalog",
	131016:  "Try again, later each time",
	131021:  "Send to somebody else than the sending number",
	131026:  "Do not try again: the customer cannot be reached this way",
	131030:  "Add the recipient to the test number's list, or use a real number",
	131031:  "Appeal the lock in the manager",
	131037:  "Get the number's display name approved",
	131042:  "Settle the account's payment method",
	131045:  "Register the number again",
	131047:  "Send a template, or wait until the customer writes",
	131048:  "Send less to people who did not write; the limit rises with quality",
	131049:  "Do not try again soon: the customer got enough marketing messages",
	131050:  "Do not send marketing messages to this customer until they ask for them again",
	131051:  "Use a type the answer lists",
	131052:  "Ask the customer to send the file again",
	131053:  "Upload a file of an allowed type and size, or make the link reachable",
	131055:  "Use the call the answer names",
	131056:  "Wait some seconds before the next message to this customer",
	131057:  "Wait a minute: the number is being upgraded",
	131059:  "Begin the list anew, without the cursor",
	131060:  "Nothing: the message is not there any more",
	131062:  "Send to the customer's phone number instead",
	131063:  "Send by the call for marketing messages",
	131064:  "Wait until tomorrow, or reach people who wrote first",
	132000:  "Send as many parameters as the template has",
	132001:  "Create the template in that language, or name one that exists",
	132005:  "Shorten the parameters",
	132007:  "Change the template's text as the policy wants it",
	132008:  "Mend the parameter's value",
	132012:  "Send the parameter in the form the template was made with",
	132015:  "Wait until the pause ends, and improve the template",
	132016:  "Make a new template: this one was paused too often",
	132018:  "Mend the component the answer names",
	132068:  "Publish the flow anew, or send without it",
	132069:  "Wait: the flow is slowed down",
	133000:  "Deregister the number completely, then register it again",
	133004:  "Try again, later each time",
	133005:  "Send the right PIN, or set a new one",
	133006:  "Verify the number again: request_code, then verify_code",
	133008:  "Wait: there were too many wrong PINs",
	133009:  "Wait a little between two tries of a PIN",
	133010:  "Register the number: POST /{phone-number-id}/register",
	133015:  "Wait some minutes after the number was deleted",
	133016:  "Wait: a number is registered ten times in 72 hours at most",
	134011:  "Accept the terms of payments",
	135000:  "Mend the request; the same call fails again",
	136024:  "Request a new code and verify with that",
	136025:  "Request a new code and verify with that",
	137000:  "Ask the customer to confirm who they are, then use their new identity",
	1752041: "Send the app through its review first",
}

// meanings are those of codes whose answers speak for themselves and have no title.
var meanings = map[int]string{
	1: "Unknown error", 3: "Not offered", 101: "App or secret refused", 104: "Access token missing", 190: "Access token refused", 803: "Unknown ids",
	2500: "The query cannot be read",
}

// Meaning is what a code without a title is about, in English.
func Meaning(code int) string { return meanings[code] }

// remedyRanges are families of codes with one remedy.
var remedyRanges = []struct {
	from, to int
	text     string
}{
	{133000, 133999, "Go on with the step of registration the answer names"},
	{136000, 136999, "Request a new code and verify with that"},
	{139000, 139004, "Mend the flow as the answer says"},
	{139100, 139199, "Look at who of the list was refused, and why"},
	{147000, 147999, "Choose another username"},
	{2388000, 2389999, "Mend the template as the answer says"},
}

// Remedy is what to do about a Graph code, in English; "" for a code nobody has thought about.
func Remedy(code int) string {
	if text, ok := remedies[code]; ok {
		return text
	}
	for _, r := range remedyRanges {
		if r.from <= code && code <= r.to {
			return r.text
		}
	}
	return ""
}
