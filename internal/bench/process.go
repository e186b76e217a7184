package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// process starts the program on a free port and an empty directory.
func (b *bench) process(ctx context.Context) (url string, cmd *exec.Cmd, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, nil, err
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		return "", nil, nil, err
	}
	dir, err := os.MkdirTemp("", "hawker-bench")
	if err != nil {
		return "", nil, nil, err
	}
	cmd = exec.CommandContext(ctx, b.binary, "serve", "--demo", "--addr", addr, "--data", dir, "--log-level", "error")
	stop = func() {
		if cmd.Process != nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
		_ = os.RemoveAll(dir)
	}
	if err := cmd.Start(); err != nil {
		stop()
		return "", nil, nil, err
	}
	return "http://" + addr, cmd, stop, nil
}

// durable makes calls until the first customer's message is answered with 200.
func durable(url string) error {
	target := url + "/sandbox/v1/customers/84901234567/chats/400000000000001/messages"
	var err error
	for range 5000 {
		if err = post(http.DefaultClient, target, strings.NewReader(`{"text":"hello"}`)); err == nil {
			return nil
		}
		time.Sleep(time.Millisecond)
	}
	return err
}

// firstAnswer measures from the start of the process to the first answer that is on disk; the demo world
// is seeded on the way.
func firstAnswer(ctx context.Context, b *bench) (string, error) {
	var list []float64
	for range b.rounds {
		start := time.Now()
		url, _, stop, err := b.process(ctx)
		if err != nil {
			return "", err
		}
		err = durable(url)
		list = append(list, float64(time.Since(start).Milliseconds()))
		stop()
		if err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%.0f ms, with the demo world seeded", median(list)), nil
}

func idleMemory(ctx context.Context, b *bench) (string, error) {
	url, cmd, stop, err := b.process(ctx)
	if err != nil {
		return "", err
	}
	defer stop()
	if err := durable(url); err != nil {
		return "", err
	}
	time.Sleep(2 * time.Second) // let it come to rest
	return memory(cmd.Process.Pid), nil
}

// memory is a process's resident memory, where the system tells.
func memory(pid int) string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return "memory unknown"
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			var kb int
			if _, err := fmt.Sscan(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), &kb); err == nil {
				return fmt.Sprintf("%d MB", kb/1024)
			}
		}
	}
	return "memory unknown"
}
