package feedfile

import (
	"archive/zip"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/xuri/excelize/v2"
)

// xlsxMemory is how much of a workbook's XML is held in memory; the rest goes to temporary files.
const xlsxMemory = 16 << 20

// sniffXLSX tells a workbook from other zip files.
func sniffXLSX(f *os.File, size int64) (bool, error) {
	var head [4]byte
	if _, err := f.ReadAt(head[:], 0); err != nil {
		return false, nil //nolint:nilerr // shorter than any workbook
	}
	if container(head[:]) != "zip" {
		return false, nil
	}
	z, err := zip.NewReader(f, size)
	if err != nil {
		return false, fail(0, "the zip file is damaged: %v", err)
	}
	for _, entry := range z.File {
		if entry.Name == "xl/workbook.xml" {
			return true, nil
		}
	}
	return false, nil
}

// openXLSX reads the first sheet of a workbook.
func (r *Reader) openXLSX(f *os.File, o Options) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	book, err := excelize.OpenReader(r.counter, excelize.Options{UnzipSizeLimit: min(r.limits.Bytes, 1<<30), UnzipXMLSizeLimit: xlsxMemory, RawCellValue: true})
	if err != nil {
		return fail(0, "the workbook cannot be opened: %v", err)
	}
	r.close = append(r.close, book.Close)
	sheets := book.GetSheetList()
	if len(sheets) == 0 {
		return fail(0, "the workbook has no sheet")
	}
	rows, err := book.Rows(sheets[0])
	if err != nil {
		return fail(0, "the sheet %q cannot be read: %v", sheets[0], err)
	}
	r.close = append([]func() error{rows.Close}, r.close...)
	s := &sheet{rows: rows, t: table{limit: r.limits.Row}, name: sheets[0]}
	for {
		cells, err := s.cells()
		if errors.Is(err, io.EOF) {
			return fail(0, "the sheet %q has no header row", s.name)
		}
		if err != nil {
			return err
		}
		if !blank(cells) && !strings.HasPrefix(cells[0], "#") {
			if err := r.setColumns(cells); err != nil {
				return err
			}
			break
		}
	}
	s.t.names = r.columns
	r.source = s
	return nil
}

// sheet reads the rows of a sheet.
type sheet struct {
	rows *excelize.Rows
	t    table
	name string
}

func (s *sheet) cells() ([]string, error) {
	if !s.rows.Next() {
		if err := s.rows.Error(); err != nil {
			return nil, fail(s.t.number+1, "the sheet %q breaks off: %v", s.name, err)
		}
		return nil, io.EOF
	}
	s.t.number++
	cells, err := s.rows.Columns()
	if err != nil {
		return nil, fail(s.t.number, "the row cannot be read: %v", err)
	}
	for n := range cells {
		cells[n] = strings.TrimSpace(strings.ToValidUTF8(cells[n], "\uFFFD"))
	}
	return cells, nil
}

func (s *sheet) next() (Row, error) {
	for {
		cells, err := s.cells()
		if err != nil {
			return Row{}, err
		}
		size := 0
		for _, c := range cells {
			size += len(c)
		}
		switch {
		case size > s.t.limit:
			return Row{Number: s.t.number, Problem: "the row is longer than a megabyte"}, nil
		case !blank(cells):
			return s.t.row(cells), nil
		}
	}
}
