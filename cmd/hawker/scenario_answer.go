package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// answerMost bounds an answer.
const answerMost = 16 << 20

// exchange makes a call and keeps its answer, refusals included.
func (s *play) exchange(ctx context.Context, method, path string, body any) error {
	s.method, s.path, s.body = method, path, body
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(s.server, "/")+path, r)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := s.client.Do(req)
	if err != nil {
		return fmt.Errorf("%w; does a server run at --server %s?", err, s.server)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(res.Body, answerMost))
	if err != nil {
		return err
	}
	s.answer = nil
	read := json.NewDecoder(bytes.NewReader(b))
	read.UseNumber() // ids and amounts keep their digits
	if err := read.Decode(&s.answer); err != nil && len(b) > 0 {
		s.answer = string(b)
	}
	if res.StatusCode != http.StatusOK {
		res.Body = io.NopCloser(bytes.NewReader(b))
		return refused(res)
	}
	return nil
}

// any makes the call that a line writes out.
func (s *play) any(ctx context.Context, _ []string, rest string) error {
	method, rest, _ := strings.Cut(rest, " ")
	path, text, _ := strings.Cut(strings.TrimSpace(rest), " ")
	if !strings.HasPrefix(path, "/") {
		return errors.New("write call METHOD /path and a JSON object where there is one")
	}
	var body any
	if text = strings.TrimSpace(text); text != "" {
		if !json.Valid([]byte(text)) {
			return fmt.Errorf("%s is no JSON", text)
		}
		body = json.RawMessage(text)
	}
	return s.exchange(ctx, strings.ToUpper(method), path, body)
}

// find is the part of an answer at a path of names and places: messages.0.id.
func find(v any, path string) (any, bool) {
	for name := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			next, ok := in[name]
			if !ok {
				return nil, false
			}
			v = next
		case []any:
			n, err := strconv.Atoi(name)
			if err != nil || n < 0 || n >= len(in) {
				return nil, false
			}
			v = in[n]
		default:
			return nil, false
		}
	}
	return v, true
}

// written is a part of an answer as a scenario writes it: texts without quotes, all else as JSON.
func written(v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

func (s *play) expect(_ context.Context, w []string, _ string) error {
	v, ok := find(s.answer, w[0])
	if !ok && (len(w) == 1 || w[1] != "!=") {
		return fmt.Errorf("the answer has no %s: %.400s", w[0], written(s.answer))
	}
	if len(w) == 1 {
		return nil
	}
	if len(w) == 2 {
		return errors.New("write expect PATH, or expect PATH = VALUE")
	}
	have, want := written(v), w[2]
	switch w[1] {
	case "=":
		ok = have == want
	case "!=":
		ok = have != want
	case "~":
		ok = strings.Contains(have, want)
	default:
		return fmt.Errorf("%q compares nothing; there are =, != and ~ (holds)", w[1])
	}
	if !ok {
		return fmt.Errorf("%s is %q", w[0], have)
	}
	return nil
}

func (s *play) save(_ context.Context, w []string, _ string) error {
	v, ok := find(s.answer, w[1])
	if !ok {
		return fmt.Errorf("the answer has no %s: %.400s", w[1], written(s.answer))
	}
	s.saved[w[0]] = written(v)
	return nil
}
