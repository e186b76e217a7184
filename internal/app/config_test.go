package app_test

import (
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/app"
)

func TestDefaultsAreValid(t *testing.T) {
	t.Parallel()
	c := app.Defaults()
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	c.Demo = true
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
}

func TestValidateReportsEveryMistakeTogether(t *testing.T) {
	t.Parallel()
	c := app.Config{
		Addr: "8080", Database: "mysql://x", Instance: 16, Limits: "none",
		PublicURL: "ftp://x", LogLevel: "loud", LogFormat: "xml",
	}
	err := c.Validate()
	if err == nil {
		t.Fatal("no error")
	}
	for _, key := range []string{"addr:", "database:", "instance:", "limits:", "public-url:", "log-level:", "log-format:"} {
		if !strings.Contains(err.Error(), key) {
			t.Errorf("%q is not reported in:\n%v", key, err)
		}
	}
}

func TestDemoStaysOnLoopback(t *testing.T) {
	t.Parallel()
	for addr, ok := range map[string]bool{
		"127.0.0.1:8080": true, "localhost:80": true, "[::1]:8080": true,
		":8080": false, "0.0.0.0:8080": false, "192.0.2.7:80": false,
	} {
		c := app.Defaults()
		c.Addr, c.Demo = addr, true
		if err := c.Validate(); (err == nil) != ok {
			t.Errorf("demo on %s: %v", addr, err)
		}
		c.DemoAnywhere = true
		if err := c.Validate(); err != nil {
			t.Errorf("forced demo on %s: %v", addr, err)
		}
	}
}
