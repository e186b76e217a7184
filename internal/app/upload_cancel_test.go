package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// A merchant stops an upload that runs, by a plain form: nothing of it counts.
func TestAnUploadIsStopped(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c, agent := login(t, w, "en"), join(t, w, "agent")
	var b strings.Builder
	b.WriteString("id,title,description,availability,condition,price,link,image_link,brand\n")
	for n := range 60_000 {
		fmt.Fprintf(&b, "s%d,Item %d,d,in stock,new,1.00 USD,https://s.example/%d,https://s.example/%d.jpg,b\n", n, n, n, n)
	}
	status, _, at := c.upload(officeA+"/sources?catalog="+catalogA, map[string]string{"action": "upload", "name": "Big"}, "big.csv", b.String())
	if status != http.StatusOK {
		t.Fatalf("uploading: %d at %s", status, at)
	}
	page, _ := c.do(http.StatusOK, http.MethodGet, at, nil)
	if !strings.Contains(page, at+"/cancel") {
		t.Fatalf("the upload is over already: %.600s", visibleText(page))
	}
	agent.do(http.StatusForbidden, http.MethodPost, at+"/cancel", nil)
	c.do(http.StatusOK, http.MethodPost, at+"/cancel", nil)
	eventually(t, "it ends", func() bool {
		page, _ = c.do(http.StatusOK, http.MethodGet, at, nil)
		return !strings.Contains(page, "hx-trigger")
	})
	if text := visibleText(page); !strings.Contains(text, "The upload was cancelled.") || strings.Contains(page, "/cancel") {
		t.Errorf("stopped: %.600s", text)
	}
	if found, _ := c.do(http.StatusOK, http.MethodGet, officeA+"/items?q=s59999", nil); strings.Contains(found, "Item 59999") {
		t.Error("some of it counts")
	}
}
