package wire

// BlockResponse answers a change of a number's block list. With users who could not be blocked it holds an Error, too, and
// comes with HTTP 400.
type BlockResponse struct {
	MessagingProduct string     `json:"messaging_product"`
	BlockUsers       BlockUsers `json:"block_users"`
	Error            *Error     `json:"error,omitempty"`
}

// BlockUsers are the users of a change: what became of each.
type BlockUsers struct {
	Added   []BlockedUser `json:"added_users,omitempty"`
	Removed []BlockedUser `json:"removed_users,omitempty"`
	Failed  []BlockedUser `json:"failed_users,omitempty"`
}

// BlockedUser is a user as it was written (in a change) and as WhatsApp knows it.
type BlockedUser struct {
	MessagingProduct string       `json:"messaging_product,omitempty"` // in lists
	Input            string       `json:"input,omitempty"`             // in changes
	WaID             string       `json:"wa_id,omitempty"`
	UserID           string       `json:"user_id,omitempty"`
	Errors           []BlockError `json:"errors,omitempty"`
}

// BlockError is why one user could not be blocked or unblocked.
type BlockError struct {
	Message   string     `json:"message"`
	Code      int        `json:"code"`
	ErrorData StatusData `json:"error_data"`
}
