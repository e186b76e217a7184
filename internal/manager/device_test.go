package manager

import (
	"strings"
	"testing"
)

func TestDevicesHaveShortNames(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36":                                      "Chrome trên Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0":              "Edge trên Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1":    "Safari trên iPhone",
		"Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36": "Samsung Internet trên Android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko/20100101 Firefox/132.0":                                                       "Firefox trên macOS",
		"curl/8.5.0": "curl", "": "Thiết bị không rõ", "  ": "Thiết bị không rõ", "Go-http-client/1.1": "Go-http-client",
		strings.Repeat("ắ", 300): strings.Repeat("ắ", 40) + "…",
	} {
		if got := device("vi", agent); got != want {
			t.Errorf("%.60q is called %q, want %q", agent, got, want)
		}
	}
}
