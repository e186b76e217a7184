package feedfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// xlsxMemory is how much of a workbook's XML is held in memory; the rest goes to temporary files.
const xlsxMemory = 8 << 20

// xlsxParts is how much else a workbook may hold, such as its styles: the library keeps that in memory.
const xlsxParts = 32 << 20

// xlsxRows and xlsxColumns are how large a sheet is in Excel.
const (
	xlsxRows    = 1 << 20
	xlsxColumns = 1 << 14
)

// sniffXLSX tells a workbook from other zip files, and refuses one that unpacks to too much. What the archive
// says of its sizes is what can be unpacked: reading more of a file than that fails.
func (r *Reader) sniffXLSX(f *os.File, size int64) (bool, error) {
	var head [4]byte
	if _, err := f.ReadAt(head[:], 0); err != nil {
		return false, nil //nolint:nilerr // shorter than any workbook
	}
	if container(head[:]) != "zip" {
		return false, nil
	}
	z, err := openZip(f, size)
	if err != nil {
		return false, err
	}
	book := false
	var all, parts uint64
	most := uint64(r.unpackedMost(size))
	for _, entry := range z.File {
		name := strings.ToLower(strings.ReplaceAll(entry.Name, "\\", "/"))
		book = book || name == "xl/workbook.xml"
		n := min(entry.UncompressedSize64, most+1)
		if all += n; !strings.HasPrefix(name, "xl/worksheets/sheet") && name != "xl/sharedstrings.xml" {
			parts += n
		}
		if all, parts = min(all, most+1), min(parts, most+1); all > most && parts > xlsxParts {
			break
		}
	}
	switch {
	case !book:
		return false, nil
	case all > most:
		return false, fail(0, "the workbook unpacks to more than %d MB, which is more than a feed of this size holds", most>>20)
	case parts > xlsxParts:
		return false, fail(0, "the workbook holds more than %d MB besides its sheets, such as pictures; save the sheet alone", xlsxParts>>20)
	}
	return true, nil
}

// openXLSX reads the first sheet of a workbook.
func (r *Reader) openXLSX(f *os.File, size int64) error {
	options := excelize.Options{UnzipSizeLimit: r.limits.Bytes, UnzipXMLSizeLimit: min(xlsxMemory, r.limits.Bytes), RawCellValue: true}
	book, err := openBook(f, size, options)
	if err != nil {
		return fail(0, "the workbook cannot be opened: %v", err)
	}
	r.counter.n = size
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
	s.dates = make([]bool, len(r.columns))
	for n, c := range r.columns {
		s.dates[n] = dateColumns[c]
	}
	r.source = s
	r.translate()
	return nil
}

// openBook opens a workbook by its name, so that not all of it comes into memory.
func openBook(f *os.File, size int64, o excelize.Options) (*excelize.File, error) {
	if here, err := f.Stat(); err == nil {
		if named, err := os.Stat(f.Name()); err == nil && os.SameFile(here, named) {
			return excelize.OpenFile(f.Name(), o)
		}
	}
	if size > xlsxUnnamed {
		return nil, fmt.Errorf("it has more than %d MB", xlsxUnnamed>>20)
	}
	return excelize.OpenReader(io.NewSectionReader(f, 0, size), o)
}

// xlsxUnnamed bounds a workbook whose file has no name any more.
const xlsxUnnamed = 64 << 20

// sheet reads the rows of a sheet.
type sheet struct {
	rows  *excelize.Rows
	t     table
	name  string
	dates []bool // by column
}

// dateColumns hold days, which workbooks write as numbers.
var dateColumns = map[string]bool{"expiration_date": true, "launch_date": true, "start_date": true, "sale_price_start_date": true, "sale_price_end_date": true, "availability_date": true}

// cell is a cell as a person sees it: days as days, and numbers without the traces of binary fractions.
func (s *sheet) cell(n int, text string) string {
	text = strings.TrimSpace(mend(text))
	if text == "" || text[0] < '0' || text[0] > '9' {
		return text
	}
	if n < len(s.dates) && s.dates[n] {
		if serial, err := strconv.ParseFloat(text, 64); err == nil && serial > 20_000 && serial < 200_000 {
			if day, err := excelize.ExcelDateToTime(serial, false); err == nil {
				return day.Format("2006-01-02")
			}
		}
	}
	if unroundNumber.MatchString(text) {
		if v, err := strconv.ParseFloat(text, 64); err == nil {
			rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
			return strconv.FormatFloat(rounded, 'f', -1, 64)
		}
	}
	return text
}

// unroundNumber is a number as only a program writes it: 19.989999999999998 or 8.9E+12.
var unroundNumber = regexp.MustCompile(`^(\d+\.\d{12,}|\d(\.\d+)?E[+-]\d{1,3})$`)

func (s *sheet) cells() ([]string, error) {
	if !s.rows.Next() {
		if err := s.rows.Error(); err != nil {
			return nil, fail(s.t.number+1, "the sheet %q breaks off: %v", s.name, err)
		}
		return nil, io.EOF
	}
	if s.t.number++; s.t.number > xlsxRows {
		return nil, fail(s.t.number, "the sheet %q has more than %d rows, as no sheet of Excel has", s.name, xlsxRows)
	}
	cells, err := s.rows.Columns()
	if err != nil {
		return nil, fail(s.t.number, "the row cannot be read: %v", err)
	}
	if len(cells) > xlsxColumns {
		return nil, fail(s.t.number, "the row has more than %d cells, as no sheet of Excel has", xlsxColumns)
	}
	for n := range cells {
		cells[n] = s.cell(n, cells[n])
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
