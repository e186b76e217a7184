package db

import (
	"reflect"
	"unsafe"

	"modernc.org/libc"
	"modernc.org/libc/sys/types"
	lib "modernc.org/sqlite/lib"
	"zombiezen.com/go/sqlite"
)

// arena is memory of SQLite's own side for the texts of one run of a statement. The driver's way to bind a text takes
// a piece of memory for each and copies it byte by byte, which is a third of what a bulk import costs; here a
// text is copied at once and stays where it is until the next run.
type arena struct {
	tls   *libc.TLS
	from  uintptr
	size  int
	used  int
	older []uintptr // grown out of, and perhaps bound still
}

// arenaFirst is the size of a new arena.
const arenaFirst = 64 << 10

// rawStatement is what the driver keeps to itself of a statement. Another version of the driver may keep something else:
// then there is none.
func rawStatement(s *sqlite.Stmt) (tls *libc.TLS, stmt uintptr, ok bool) {
	v := reflect.ValueOf(s).Elem()
	raw, conn := v.FieldByName("stmt"), v.FieldByName("conn")
	if raw.Kind() != reflect.Uintptr || conn.Kind() != reflect.Pointer || conn.IsNil() {
		return nil, 0, false
	}
	t := conn.Elem().FieldByName("tls")
	if t.Type() != reflect.TypeFor[*libc.TLS]() || t.IsNil() {
		return nil, 0, false
	}
	return (*libc.TLS)(t.UnsafePointer()), uintptr(raw.Uint()), true
}

// begin makes room for the texts of another run.
func (a *arena) begin() {
	for _, p := range a.older {
		libc.Xfree(a.tls, p)
	}
	a.older, a.used = a.older[:0], 0
}

// bind binds a text that the arena keeps.
func (a *arena) bind(s *statement, param int, text string) {
	if s.raw == 0 || !a.room(s.tls, len(text)) {
		s.BindText(param, text)
		return
	}
	at := a.from + uintptr(a.used)
	copy(unsafe.Slice((*byte)(pointer(at)), len(text)), text)
	a.used += len(text)
	// The memory is ours and outlives the run: SQLite need not copy it. It fails for a wrong number of the
	// placeholder only, which the run then tells.
	if lib.Xsqlite3_bind_text(s.tls, s.raw, int32(param), at, int32(len(text)), lib.SQLITE_STATIC) != lib.SQLITE_OK {
		s.BindText(param, text)
	}
}

// room makes sure that so many bytes, and one more so that none has an address too, fit in.
func (a *arena) room(tls *libc.TLS, n int) bool {
	if a.used+n < a.size {
		return true
	}
	size := max(arenaFirst, 2*a.size, n+1)
	p := libc.Xmalloc(tls, types.Size_t(size))
	if p == 0 {
		return false
	}
	if a.from != 0 {
		a.older = append(a.older, a.from)
	}
	a.tls, a.from, a.size, a.used = tls, p, size, 0
	return true
}

// free gives the memory back, which no statement may have bound any more.
func (a *arena) free() {
	a.begin()
	if a.from != 0 {
		libc.Xfree(a.tls, a.from)
	}
	*a = arena{}
}

// pointer is an address of memory that the garbage collector knows nothing of.
func pointer(p uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&p)) }
