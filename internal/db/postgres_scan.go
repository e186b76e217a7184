package db

import (
	"fmt"
	"reflect"
	"time"

	"github.com/hawkerhq/hawker/internal/id"
)

func (c *pgCursor) scan(dest []any) error {
	if n := len(c.rows.FieldDescriptions()); n != len(dest) {
		return fmt.Errorf("row has %d columns, Scan was given %d", n, len(dest))
	}
	targets := make([]any, len(dest))
	var after []func()
	for i, d := range dest {
		target, store, err := pgTarget(d)
		if err != nil {
			return fmt.Errorf("column %d: %w", i, err)
		}
		targets[i] = target
		if store != nil {
			after = append(after, store)
		}
	}
	if err := c.rows.Scan(targets...); err != nil {
		return err
	}
	for _, f := range after {
		f()
	}
	return nil
}

// pgTarget is what pgx should scan into for dest, and what is left to do afterwards. Named types are reduced
// to their kind, so that methods such as UnmarshalText never change the meaning of a column.
func pgTarget(dest any) (target any, store func(), err error) {
	switch d := dest.(type) {
	case *int64, *int, *string, *bool, *float64, *[]byte:
		return dest, nil, nil
	case *id.ID:
		return (*int64)(d), nil, nil
	case *time.Time:
		var ms int64
		return &ms, func() { *d = fromMillis(ms) }, nil
	}
	p := reflect.ValueOf(dest)
	if p.Kind() != reflect.Pointer || p.IsNil() {
		return nil, nil, fmt.Errorf("cannot scan into %T", dest)
	}
	v := p.Elem()
	if v.Kind() == reflect.Pointer {
		return pgNullable(v)
	}
	if base, ok := baseTypes[v.Kind()]; ok {
		return p.Convert(reflect.PointerTo(base)).Interface(), nil, nil
	}
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
		return p.Convert(reflect.TypeFor[*[]byte]()).Interface(), nil, nil
	}
	if v.Kind() == reflect.Struct && timeType.ConvertibleTo(v.Type()) {
		var ms int64
		return &ms, func() { v.Set(reflect.ValueOf(fromMillis(ms)).Convert(v.Type())) }, nil
	}
	return nil, nil, fmt.Errorf("cannot scan into %T", dest)
}

var baseTypes = map[reflect.Kind]reflect.Type{
	reflect.Int: reflect.TypeFor[int](), reflect.Int8: reflect.TypeFor[int8](), reflect.Int16: reflect.TypeFor[int16](),
	reflect.Int32: reflect.TypeFor[int32](), reflect.Int64: reflect.TypeFor[int64](), reflect.String: reflect.TypeFor[string](),
	reflect.Bool: reflect.TypeFor[bool](), reflect.Float32: reflect.TypeFor[float32](), reflect.Float64: reflect.TypeFor[float64](),
}

// pgNullable scans into a pointer that stays nil for NULL.
func pgNullable(v reflect.Value) (target any, store func(), err error) {
	elem := v.Type().Elem()
	base := elem
	isTime := elem.Kind() == reflect.Struct && timeType.ConvertibleTo(elem)
	switch b, ok := baseTypes[elem.Kind()]; {
	case ok:
		base = b
	case isTime:
		base = reflect.TypeFor[int64]()
	case elem.Kind() != reflect.Slice || elem.Elem().Kind() != reflect.Uint8:
		return nil, nil, fmt.Errorf("cannot scan into %s", v.Type())
	}
	tmp := reflect.New(reflect.PointerTo(base))
	return tmp.Interface(), func() {
		got := tmp.Elem()
		switch {
		case got.IsNil():
			v.SetZero()
		case isTime:
			fresh := reflect.New(elem)
			fresh.Elem().Set(reflect.ValueOf(fromMillis(got.Elem().Int())).Convert(elem))
			v.Set(fresh)
		default:
			v.Set(got.Convert(v.Type()))
		}
	}, nil
}
