package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// sendMemory is the most memory a server held while it took the sends of P1.
func sendMemory(ctx context.Context, b *bench) (string, error) {
	url, cmd, stop, err := b.greeted(ctx)
	if err != nil {
		return "", err
	}
	defer stop()
	r, err := rate(url+sendPath, time.Duration(b.rounds)*b.slice)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d MB at most, at %.0f sends/s", peakMemory(cmd.Process.Pid), r), nil
}

// streamsOpen is how many streams of events are opened at once.
const streamsOpen = 2000

// streamMemory is what one open stream of events costs a server.
func streamMemory(ctx context.Context, b *bench) (string, error) {
	dir, err := os.MkdirTemp("", "hawker-bench")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	url, cmd, stop, err := b.processIn(ctx, dir, "--demo", "--pictures=false")
	if err != nil {
		return "", err
	}
	defer stop()
	if err := durable(url); err != nil {
		return "", err
	}
	transport := &http.Transport{MaxIdleConnsPerHost: streamsOpen}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	open := func(n int) error {
		for range n {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/sandbox/v1/events", nil)
			if err != nil {
				return err
			}
			req.Header.Set("Authorization", "Bearer EAADEMO")
			res, err := client.Do(req) //nolint:bodyclose // stays open until the server ends
			if err != nil {
				return err
			}
			if _, err := io.ReadFull(res.Body, make([]byte, 1)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := open(streamsOpen / 20); err != nil { // what the first ones cost once
		return "", err
	}
	time.Sleep(5 * time.Second) // the rules of the review are built in the background
	before := residentKB(cmd.Process.Pid)
	if err := open(streamsOpen); err != nil {
		return "", err
	}
	time.Sleep(b.slice)
	return fmt.Sprintf("%.1f KB a connection, of %d", float64(residentKB(cmd.Process.Pid)-before)/streamsOpen, streamsOpen), nil
}

// residentKB is a process's resident memory; 0 where the system does not tell.
func residentKB(pid int) int { return statusKB(pid, "VmRSS:") }

// peakMemory is the most resident memory a process had, in MB; 0 where the system does not tell.
func peakMemory(pid int) int { return statusKB(pid, "VmHWM:") / 1024 }

func statusKB(pid int, name string) (kb int) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(b) {
		if rest, ok := bytes.CutPrefix(line, []byte(name)); ok {
			if _, err := fmt.Sscan(string(rest), &kb); err != nil {
				return 0
			}
		}
	}
	return kb
}

func binarySize(_ context.Context, b *bench) (string, error) {
	info, err := os.Stat(b.binary)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%.1f MB", float64(info.Size())/1e6), nil
}
