package db

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"time"

	"github.com/hawkerhq/hawker/internal/id"
)

var timeType = reflect.TypeFor[time.Time]()

// Bytes is a text that is scanned into memory of the row before: for reading very many rows one after another.
type Bytes []byte

// normalize turns an argument into what both drivers take: nil, int64, float64, string, bool,
// []byte, or a list ([]int64, []string) for ANY and ALL. Times become UTC milliseconds, the zero time 0.
func normalize(arg any) (any, error) {
	switch a := arg.(type) {
	case nil, int64, float64, string, bool:
		return arg, nil
	case int:
		return int64(a), nil
	case id.ID:
		return int64(a), nil
	case []byte: // no bytes are not NULL; nor is a list without elements
		if a == nil {
			return []byte{}, nil
		}
		return arg, nil
	case []int64:
		if a == nil {
			return []int64{}, nil
		}
		return arg, nil
	case []string:
		if a == nil {
			return []string{}, nil
		}
		return arg, nil
	case time.Time:
		return millis(a), nil
	case *time.Time:
		if a == nil {
			return nil, nil
		}
		return millis(*a), nil
	}
	v := reflect.ValueOf(arg)
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil, nil
		}
		return normalize(v.Elem().Interface())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int(), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if v.Uint() > math.MaxInt64 {
			return nil, fmt.Errorf("db: %d does not fit a BIGINT", v.Uint())
		}
		return int64(v.Uint()), nil
	case reflect.Float32, reflect.Float64:
		return v.Float(), nil
	case reflect.String:
		return v.String(), nil
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.Slice:
		return normalizeSlice(v)
	}
	return nil, fmt.Errorf("db: an argument of type %T has no column type", arg)
}

func normalizeSlice(v reflect.Value) (any, error) {
	switch v.Type().Elem().Kind() {
	case reflect.Uint8:
		return append([]byte{}, v.Bytes()...), nil
	case reflect.Int64, reflect.Int:
		list := make([]int64, v.Len())
		for i := range list {
			list[i] = v.Index(i).Int()
		}
		return list, nil
	case reflect.String:
		list := make([]string, v.Len())
		for i := range list {
			list[i] = v.Index(i).String()
		}
		return list, nil
	}
	return nil, fmt.Errorf("db: a list of %s has no column type", v.Type().Elem())
}

// listJSON is a list argument as SQLite's json_each wants it.
func listJSON(list any) string {
	b, err := json.Marshal(list)
	if err != nil || string(b) == "null" {
		return "[]"
	}
	return string(b)
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
