package messaging

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/hawkerhq/hawker/wire"
)

// Parse reads the body of POST /{phone}/messages. Malformed JSON, doubled keys and values of the wrong
// type are [ErrBody] with the place that is wrong.
func Parse(body []byte) (wire.Message, error) {
	var m wire.Message
	err := json.Unmarshal(body, &m)
	if err != nil {
		if plain, ok := unwrapped(body); ok {
			m, body = wire.Message{}, plain
			err = json.Unmarshal(body, &m)
		}
	}
	if err == nil {
		return m, refuseNUL(body)
	}
	var semantic *json.SemanticError
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &syntactic) && errors.Is(err, jsontext.ErrDuplicateName):
		p := dotted(syntactic.JSONPointer)
		return m, ErrBody.Withf(p, "(#100) Invalid parameter: the key %s stands twice in its object; keep one", p)
	case errors.As(err, &semantic) && semantic.JSONPointer != "":
		p := dotted(semantic.JSONPointer)
		return m, ErrBody.Withf(p, "(#100) Param %s must be %s, not %s", p, goKind(semantic), jsonKind(semantic.JSONKind))
	case errors.As(err, &syntactic):
		return m, ErrBody.Withf("", "(#100) The request body is not JSON: %.120s at byte %d", plainCause(syntactic), syntactic.ByteOffset)
	}
	return m, ErrBody.With("", "(#100) The request body must be a JSON object")
}

// unwrapped is a message whose objects and arrays were sent as the JSON text of such, as Graph takes any parameter.
// ok is false where there is none.
func unwrapped(body []byte) (plain []byte, ok bool) {
	var members map[string]jsontext.Value
	if json.Unmarshal(body, &members) != nil {
		return nil, false
	}
	for _, name := range append([]string{"context"}, known...) {
		var text string
		if members[name].Kind() != '"' || json.Unmarshal(members[name], &text) != nil {
			continue
		}
		if v := jsontext.Value(text); v.IsValid() && (v.Kind() == '{' || v.Kind() == '[') {
			members[name], ok = v, true
		}
	}
	if !ok {
		return nil, false
	}
	plain, err := json.Marshal(members)
	return plain, err == nil
}

// HoldsNUL tells whether JSON text holds the escape \u0000.
func HoldsNUL(body []byte) bool { return refuseNUL(body) != nil }

// refuseNUL refuses the escape \u0000: no customer can read that character, and PostgreSQL cannot keep it.
func refuseNUL(body []byte) error {
	const escape = `\u0000`
	for from := 0; ; {
		at := bytes.Index(body[from:], []byte(escape))
		if at < 0 {
			return nil
		}
		at += from
		before := bytes.TrimRight(body[:at], `\`)
		if (at-len(before))%2 == 0 {
			return ErrBody.With("", "(#100) Invalid parameter: the request body holds the character U+0000; leave it out")
		}
		from = at + len(escape)
	}
}

// dotted writes a JSON pointer the way callers spell parameters: /a/b/0 is a.b[0].
func dotted(p jsontext.Pointer) string {
	const most = 120
	var b strings.Builder
	for token := range p.Tokens() {
		switch {
		case token != "" && strings.Trim(token, "0123456789") == "":
			fmt.Fprintf(&b, "[%s]", token)
		case b.Len() > 0:
			b.WriteString("." + token)
		default:
			b.WriteString(token)
		}
		if b.Len() > most {
			return b.String()[:most] + "…"
		}
	}
	return b.String()
}

func goKind(e *json.SemanticError) string {
	if e.GoType == nil {
		return "of another type"
	}
	switch e.GoType.Kind().String() {
	case "string":
		return "a string"
	case "bool":
		return "true or false"
	case "slice":
		return "an array"
	case "struct", "ptr":
		return "an object"
	}
	return "of another type"
}

func jsonKind(k jsontext.Kind) string {
	switch k {
	case '"':
		return "a string"
	case '0':
		return "a number"
	case 't', 'f':
		return "true or false"
	case '{':
		return "an object"
	case '[':
		return "an array"
	case 'n':
		return "null"
	}
	return "that"
}

func plainCause(e *jsontext.SyntacticError) string {
	if e.Err != nil {
		return e.Err.Error()
	}
	return "syntax error"
}
