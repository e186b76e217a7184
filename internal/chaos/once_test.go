package chaos

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// A hundred callers under each of many keys, while the program is killed now and then: each repeats until it is
// answered. Every key has one answer and one message, also for those who ask after a restart and most of a day later.
func TestRepeatedCalls(t *testing.T) {
	beside(t)
	eachDatabase(t, func(t *testing.T, database string) {
		const callers, atOnce = 100, 4
		keys := often(t, 12, 1000)
		p := newProgram(t, database)
		p.start()
		p.greet()
		const seed = 20261128
		random := rand.New(rand.NewPCG(seed, seed))
		answers := make([]keyed, keys)
		var answered, repeats atomic.Int64
		var up sync.RWMutex // held while the program is not
		kills := 0
		for first := 0; first < keys; first += atOnce {
			var wg sync.WaitGroup
			for k := first; k < min(first+atOnce, keys); k++ {
				for range callers {
					wg.Go(func() {
						for {
							got, err := p.sendUnder(k, "")
							if err == nil {
								answers[k].add(got)
								answered.Add(1)
								return
							}
							repeats.Add(1)
							await(&up) // until the program is there again
						}
					})
				}
			}
			if first == 0 || random.IntN(keys/atOnce) < max(keys/50, 2) {
				kills++
				begin, more := answered.Load(), int64(random.IntN(callers))
				until(t, "answers", func() bool { return answered.Load() >= begin+more })
				up.Lock()
				p.kill()
				p.start()
				up.Unlock()
			}
			wg.Wait()
		}
		p.must(http.MethodPost, "/sandbox/v1/clock", map[string]string{"advance": "23h"})
		p.greet()
		for k := range keys {
			got, err := p.sendUnder(k, "")
			if err != nil {
				t.Fatal(err)
			}
			answers[k].add(got)
			if n := len(answers[k].got); n != 1 {
				t.Errorf("key %d has %d answers: %v", k, n, answers[k].got)
			}
			if _, err := p.sendUnder(k, "another text"); err == nil || !strings.Contains(err.Error(), " 409 ") {
				t.Errorf("another body under key %d: %v", k, err)
			}
		}
		if n := p.countTexts(t, "under key "); n != keys {
			t.Errorf("%d messages for %d keys", n, keys)
		}
		p.stop()
		figure(t, "R17", "%d keys, %d callers under each, %d kills, %d calls repeated: one message and one answer for each key", keys, callers, kills, repeats.Load())
	})
}

// keyed are the answers given under one key.
type keyed struct {
	mu  sync.Mutex
	got map[string]int
}

func (k *keyed) add(answer string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.got == nil {
		k.got = map[string]int{}
	}
	k.got[answer]++
}

// sendUnder sends the message of a key.
func (p *program) sendUnder(key int, text string) (answer string, err error) {
	if text == "" {
		text = fmt.Sprint("under key ", key)
	}
	body, err := json.Marshal(map[string]any{
		"messaging_product": "whatsapp", "to": waID(key % customers), "type": "text", "text": map[string]string{"body": text},
	})
	if err != nil {
		return "", err
	}
	p.mu.RLock()
	url := p.url
	p.mu.RUnlock()
	req, err := http.NewRequest(http.MethodPost, url+"/v25.0/"+phone+"/messages", strings.NewReader(string(body)))
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer EAADEMO")
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", fmt.Sprint("key-", key))
	res, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return "", err
	}
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%w: answered %d %s", errRefused, res.StatusCode, b)
	}
	return string(b), nil
}

// countTexts is how many messages of all chats begin so.
func (p *program) countTexts(t *testing.T, prefix string) (n int) {
	t.Helper()
	for c := range customers {
		for before := ""; ; {
			v := p.must(http.MethodGet, chat(c)+"?limit=200&before="+before, nil)
			list := v["messages"].([]any)
			for _, m := range list {
				if text, _ := m.(map[string]any)["text"].(string); strings.HasPrefix(text, prefix) {
					n++
				}
			}
			if v["has_older"] != true {
				break
			}
			before = list[0].(map[string]any)["id"].(string)
		}
	}
	return n
}

// await returns once nobody holds m for itself.
func await(m *sync.RWMutex) {
	m.RLock()
	defer m.RUnlock()
}
