// Package wire is the JSON vocabulary of the Graph and Cloud APIs as Go structs: nothing but shapes,
// standard library only, for servers and clients alike.
package wire

import "encoding/json"

// ErrorEnvelope is the body of every refused call: {"error":{…}}.
type ErrorEnvelope struct {
	Error *Error `json:"error"`
}

// Error says why a call was refused.
type Error struct {
	// Message is for developers, usually "(#code) Title".
	Message string `json:"message"`
	// Type is "OAuthException" or "GraphMethodException".
	Type      string     `json:"type"`
	Code      int        `json:"code"`
	Subcode   int        `json:"error_subcode,omitempty"`
	Transient bool       `json:"is_transient,omitempty"`
	UserTitle string     `json:"error_user_title,omitempty"`
	UserMsg   string     `json:"error_user_msg,omitempty"`
	Data      *ErrorData `json:"error_data,omitempty"`
	TraceID   string     `json:"fbtrace_id"`
}

// ErrorData is the machine-readable part of an [Error]. Cloud API errors fill the first two fields,
// Graph errors about a parameter the last.
type ErrorData struct {
	MessagingProduct string     `json:"messaging_product,omitempty"`
	Details          string     `json:"details,omitempty"`
	BlameFieldSpecs  [][]string `json:"blame_field_specs,omitempty"`
}

// UnmarshalJSON reads error_data as an object, or as the JSON string of one, as Meta sends both.
func (d *ErrorData) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		b = []byte(s)
	}
	type plain ErrorData
	return json.Unmarshal(b, (*plain)(d))
}

// Success is the answer to an update or a deletion.
type Success struct {
	Success bool `json:"success"`
}

// Created is the answer to a creation.
type Created struct {
	ID string `json:"id"`
}

// List is the answer of an edge.
type List[T any] struct {
	Data    []T      `json:"data"`
	Paging  *Paging  `json:"paging,omitempty"`
	Summary *Summary `json:"summary,omitempty"`
}

// Paging leads to the neighbouring pages. Next and Previous are absolute URLs, present only if such a page exists.
type Paging struct {
	Cursors  *Cursors `json:"cursors,omitempty"`
	Next     string   `json:"next,omitempty"`
	Previous string   `json:"previous,omitempty"`
}

// Cursors are the opaque marks of a page's first and last element.
type Cursors struct {
	Before string `json:"before"`
	After  string `json:"after"`
}

// Summary counts an edge's elements.
type Summary struct {
	TotalCount int64 `json:"total_count"`
}

// BatchOperation is one element of the batch parameter.
type BatchOperation struct {
	Method                string          `json:"method"`
	RelativeURL           string          `json:"relative_url"`
	Body                  string          `json:"body,omitempty"`
	Name                  string          `json:"name,omitempty"`
	DependsOn             string          `json:"depends_on,omitempty"`
	OmitResponseOnSuccess *bool           `json:"omit_response_on_success,omitempty"`
	Headers               json.RawMessage `json:"headers,omitempty"` // ["Name: value"] or [{"name","value"}]
	AccessToken           string          `json:"access_token,omitempty"`
}

// BatchHeader is one header of a [BatchReply].
type BatchHeader struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// BatchReply is one element of a batch's answer; null for an operation that did not run.
type BatchReply struct {
	Code    int           `json:"code"`
	Headers []BatchHeader `json:"headers,omitempty"`
	Body    string        `json:"body"`
}

// DebugToken is the data of GET /debug_token.
type DebugToken struct {
	AppID               string          `json:"app_id,omitempty"`
	Type                string          `json:"type,omitempty"`
	Application         string          `json:"application,omitempty"`
	DataAccessExpiresAt int64           `json:"data_access_expires_at"`
	ExpiresAt           int64           `json:"expires_at"` // unix seconds; 0: never
	IsValid             bool            `json:"is_valid"`
	IssuedAt            int64           `json:"issued_at,omitempty"`
	Scopes              []string        `json:"scopes"`
	GranularScopes      []GranularScope `json:"granular_scopes,omitempty"`
	UserID              string          `json:"user_id,omitempty"`
	Error               *TokenError     `json:"error,omitempty"`
}

// GranularScope says which objects a permission reaches.
type GranularScope struct {
	Scope     string   `json:"scope"`
	TargetIDs []string `json:"target_ids,omitempty"`
}

// TokenError says why a token is not valid.
type TokenError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Subcode int    `json:"subcode,omitempty"`
}

// AccessToken is the answer of /oauth/access_token.
type AccessToken struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type,omitempty"`
	ExpiresIn   int64  `json:"expires_in,omitempty"` // seconds
}
