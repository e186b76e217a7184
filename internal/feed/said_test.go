package feed

import (
	"errors"
	"net/http"
	"testing"

	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

// Why a file did not arrive has words in Vietnamese too.
func TestWhyAFileDidNotArriveIsToldInVietnamese(t *testing.T) {
	t.Parallel()
	list := []*failure{}
	for _, status := range []int{http.StatusFound, http.StatusUnauthorized, http.StatusNotFound, http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		list = append(list, refused(safehttp.Answer{Status: status}))
	}
	for _, err := range []error{safehttp.ErrTooLarge, safehttp.ErrAddress.With("url", "10.0.0.1 is private"), safehttp.ErrAddress.With("url", "x")} {
		var f *failure
		if !errors.As(explain(err), &f) {
			t.Fatalf("%v is no failure", err)
		}
		list = append(list, f)
	}
	for _, f := range list {
		for _, text := range []string{f.text, f.text + " It was tried 6 times.", f.remedy, f.remedy + " The catalog stays as it was."} {
			if i18n.Retell("vi", text) == text {
				t.Errorf("%q has no Vietnamese", text)
			}
		}
	}
}
