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

// process starts the program with the demo world on a free port and an empty directory.
func (b *bench) process(ctx context.Context) (url string, cmd *exec.Cmd, stop func(), err error) {
	dir, err := os.MkdirTemp("", "hawker-bench")
	if err != nil {
		return "", nil, nil, err
	}
	url, cmd, end, err := b.processIn(ctx, dir, "--demo")
	stop = func() {
		end()
		_ = os.RemoveAll(dir)
	}
	if err != nil {
		stop()
	}
	return url, cmd, stop, err
}

// greeted starts the program as it is used outside of the demo world, over the demo world's shops and with customers
// who have just written.
func (b *bench) greeted(ctx context.Context) (url string, cmd *exec.Cmd, stop func(), err error) {
	dir, err := os.MkdirTemp("", "hawker-bench")
	if err != nil {
		return "", nil, nil, err
	}
	end := func() {}
	stop = func() {
		end()
		_ = os.RemoveAll(dir)
	}
	if url, _, end, err = b.processIn(ctx, dir, "--demo", "--pictures=false"); err == nil {
		err = durable(url)
	}
	for c := 0; c < clients && err == nil; c++ {
		err = post(http.DefaultClient, url+"/sandbox/v1/customers/"+waID(c)+"/chats/400000000000001/messages", strings.NewReader(`{"text":"hello"}`))
	}
	end()
	if err == nil {
		url, cmd, end, err = b.processIn(ctx, dir)
	}
	if err == nil {
		err = answering(url)
	}
	if err != nil {
		stop()
	}
	return url, cmd, stop, err
}

func (b *bench) processIn(ctx context.Context, dir string, flags ...string) (url string, cmd *exec.Cmd, end func(), err error) {
	end = func() {}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, end, err
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		return "", nil, end, err
	}
	cmd = exec.CommandContext(ctx, b.binary, append([]string{"serve", "--addr", addr, "--data", dir, "--log-level", "error", "--limits", "off"}, flags...)...)
	if err := cmd.Start(); err != nil {
		return "", nil, end, err
	}
	return "http://" + addr, cmd, func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}, nil
}

// answering waits until the program answers.
func answering(url string) error {
	var err error
	for range 5000 {
		var res *http.Response
		if res, err = http.Get(url + "/readyz"); err == nil {
			_ = res.Body.Close()
			return nil
		}
		time.Sleep(time.Millisecond)
	}
	return err
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
	if kb := residentKB(pid); kb > 0 {
		return fmt.Sprintf("%d MB", kb/1024)
	}
	return "memory unknown"
}
