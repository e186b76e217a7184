package manager

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/id"
)

// uploadsShown is how many uploads of a feed are listed; problemsShown how many kinds of problems.
const (
	uploadsShown  = 20
	problemsShown = 200
)

// SourcesPage lists the feeds of a catalog.
type SourcesPage struct {
	Shell
	Feeds   []FeedLine
	Form    SourceForm
	Problem *Problem
	Checked bool // a file was checked, and the problem is the file's
	// Lint is what checking a file came to, Dry what taking it in would do.
	Lint     *feed.LintReport
	LintName string
	Dry      *DryRun
	// Columns are those that no field is known for, and where their values go.
	Columns []ColumnChoice
	Targets []string
}

// SourceForm is what was written into the form.
type SourceForm struct {
	Name, URL, Interval, Username string
	UpdateOnly, Deletion          bool
	Feed                          string         // an existing one that takes the file; "" for a new one
	Mapped                        []ColumnChoice // columns of the file and the fields they are
}

// SourcePage is one feed.
type SourcePage struct {
	Shell
	Feed      feed.Feed
	Items     int64
	Uploads   []feed.Upload
	Schedules []feed.Schedule
	Problem   *Problem
}

// Trend is how many rows of the feed's uploads were refused.
func (p SourcePage) Trend() Trend { return trendOf(p.Uploads) }

// UploadPage is one upload: how far it is, and what was wrong.
type UploadPage struct {
	Shell
	Feed   feed.Feed
	Upload feed.Upload
	Errors []UploadProblem
	// Report is the address of the file with all refused rows; "" before it was asked for.
	Report string
	// Refused is how many rows that were not taken can be had whole.
	Refused int
	Rate    int // rows a second, while it runs; zero where that is not known yet
}

// UploadProblem is a kind of problem and rows that have it.
type UploadProblem struct {
	feed.UploadError
	Samples []feed.Sample
}

// sources lists the feeds of the catalog.
func (s *Server) sources(v *visit) error {
	return s.showSources(v, http.StatusOK, SourcesPage{Form: SourceForm{Interval: "DAILY"}})
}

func (s *Server) showSources(v *visit, status int, p SourcesPage) error {
	p.Shell = v.shell(v.t("manager.nav_sources"), "sources")
	if v.catalog.ID != 0 {
		home := HomePage{}
		if err := s.homeCatalog(v, &home); err != nil {
			return err
		}
		p.Feeds = home.Feeds
	}
	return v.show(status, "sources.html", p)
}

// addSource checks a file, takes one in, or has one fetched by schedule.
func (s *Server) addSource(v *visit) error {
	if v.catalog.ID == 0 {
		return errNothing
	}
	p := SourcesPage{Form: SourceForm{
		Name: strings.TrimSpace(v.PostFormValue("name")), URL: strings.TrimSpace(v.PostFormValue("url")), Interval: v.PostFormValue("interval"),
		Username: v.PostFormValue("username"), UpdateOnly: v.PostFormValue("update_only") != "", Deletion: v.PostFormValue("deletion") != "",
		Feed: v.PostFormValue("feed"), Mapped: v.mappedColumns(),
	}}
	if p.Form.Interval == "" { // the form for a file has none
		p.Form.Interval = "DAILY"
	}
	var to string
	var err error
	switch v.PostFormValue("action") {
	case "check":
		return s.checkFile(v, p)
	case "upload":
		to, err = s.uploadFile(v, p.Form)
	case "schedule":
		to, err = s.scheduleFeed(v, p.Form)
	default:
		return errNothing
	}
	if problem, ok := v.words(err); ok {
		p.Problem = &problem
		return s.showSources(v, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	return v.done(to, "")
}

// errNoFile is a form without its file.
var errNoFile = feed.ErrParam.With("file", "choose a file first")

// feedNamed finds the catalog's feed of a name, or makes it.
func (s *Server) feedNamed(v *visit, f SourceForm, schedule *feed.Schedule) (feed.Feed, error) {
	if i, err := id.Parse(v.PostFormValue("feed")); err == nil {
		var have feed.Feed
		err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
			have, err = feed.FeedTx(ctx, tx, v.caller, i)
			return err
		})
		return have, err
	}
	return s.Feeds.Create(v.Context(), v.caller, v.catalog.ID, feed.Settings{
		Name: &f.Name, DeletionEnabled: &f.Deletion, UpdateOnly: &f.UpdateOnly, Schedule: schedule,
	})
}

// uploadFile takes a file in: by a feed that is there, or a new one of the form's name.
func (s *Server) uploadFile(v *visit, f SourceForm) (to string, err error) {
	file, head, err := v.FormFile("file")
	if err != nil {
		return "", errNoFile
	}
	defer func() { _ = file.Close() }()
	if f.Name == "" {
		f.Name = head.Filename
	}
	fd, err := s.feedNamed(v, f, nil)
	if err != nil {
		return "", err
	}
	if err := s.mapColumns(v, fd.ID, f.Mapped); err != nil {
		return "", err
	}
	src := feed.Source{FileName: head.Filename, ContentType: head.Header.Get("Content-Type")}
	if f.UpdateOnly {
		src.UpdateOnly = &f.UpdateOnly
	}
	upload, err := s.Feeds.StartUpload(v.Context(), v.caller, fd.ID, src, file)
	return v.at("/sources/" + fd.ID.String() + "/uploads/" + upload.String()), err
}

// scheduleFeed makes a feed that is fetched, the first time at once.
func (s *Server) scheduleFeed(v *visit, f SourceForm) (to string, err error) {
	if f.Name == "" {
		f.Name = f.URL
	}
	sch := feed.NewSchedule()
	sch.URL, sch.Interval, sch.Username = f.URL, f.Interval, f.Username
	sch.SetPassword(v.PostFormValue("password"))
	fd, err := s.feedNamed(v, f, &sch)
	if err != nil {
		return "", err
	}
	upload, err := s.Feeds.StartFetch(v.Context(), v.caller, fd.ID, f.URL, f.Username, v.PostFormValue("password"), nil)
	return v.at("/sources/" + fd.ID.String() + "/uploads/" + upload.String()), err
}

// source shows one feed.
func (s *Server) source(v *visit) error { return s.showSource(v, http.StatusOK, nil) }

func (s *Server) showSource(v *visit, status int, problem *Problem) error {
	i, err := v.pathID("feed")
	if err != nil {
		return err
	}
	p := SourcePage{Problem: problem}
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Feed, err = feed.FeedTx(ctx, tx, v.caller, i); err != nil {
			return err
		}
		if p.Uploads, err = feed.UploadsTx(ctx, tx, v.caller, i, 0, 0, uploadsShown); err != nil {
			return err
		}
		if p.Items, err = catalog.FeedSizeTx(ctx, tx, p.Feed.CatalogID, i); err != nil {
			return err
		}
		p.Schedules, err = feed.SchedulesTx(ctx, tx, i)
		return err
	})
	if err != nil {
		return err
	}
	v.choose(p.Feed.CatalogID)
	p.Shell = v.shell(p.Feed.Name, "sources")
	return v.show(status, "source.html", p)
}

// changeSource uploads another file to a feed, fetches it now, or deletes it with its items.
func (s *Server) changeSource(v *visit) error {
	i, err := v.pathID("feed")
	if err != nil {
		return err
	}
	here := v.at("/sources/" + i.String())
	var upload id.ID
	switch v.PostFormValue("action") {
	case "delete":
		if err := s.Feeds.Delete(v.Context(), v.caller, i); err != nil {
			return err
		}
		return v.done(v.at("/sources"), "manager.done_delete")
	case "upload":
		file, head, ferr := v.FormFile("file")
		if ferr != nil {
			problem, _ := v.words(errNoFile)
			return s.showSource(v, http.StatusUnprocessableEntity, &problem)
		}
		defer func() { _ = file.Close() }()
		upload, err = s.Feeds.StartUpload(v.Context(), v.caller, i, feed.Source{FileName: head.Filename, ContentType: head.Header.Get("Content-Type")}, file)
	case "fetch":
		upload, err = s.Feeds.StartFetch(v.Context(), v.caller, i, v.PostFormValue("url"), v.PostFormValue("username"), v.PostFormValue("password"), nil)
	default:
		return errNothing
	}
	if problem, ok := v.words(err); ok {
		return s.showSource(v, http.StatusUnprocessableEntity, &problem)
	}
	if err != nil {
		return err
	}
	return v.done(here+"/uploads/"+upload.String(), "")
}

// upload shows how far an upload is and what was wrong with its rows.
func (s *Server) upload(v *visit) error {
	i, err := v.pathID("upload")
	if err != nil {
		return err
	}
	var p UploadPage
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		p.Errors = nil
		if p.Upload, err = feed.UploadTx(ctx, tx, v.caller, i); err != nil {
			return err
		}
		if p.Feed, err = feed.FeedTx(ctx, tx, v.caller, p.Upload.FeedID); err != nil {
			return err
		}
		if p.Refused, err = feed.RefusedTx(ctx, tx, v.caller, i); err != nil {
			return err
		}
		kinds, err := feed.ErrorsTx(ctx, tx, v.caller, i)
		if err != nil {
			return err
		}
		for _, k := range kinds[:min(len(kinds), problemsShown)] {
			samples, err := feed.SamplesTx(ctx, tx, v.caller, k.ID)
			if err != nil {
				return err
			}
			p.Errors = append(p.Errors, UploadProblem{k, samples})
		}
		return nil
	})
	if err != nil {
		return err
	}
	v.choose(p.Feed.CatalogID)
	p.Shell = v.shell(p.Feed.Name, "sources")
	if took := s.now().Sub(p.Upload.StartedAt); p.Upload.State != feed.StateEnded && took >= time.Second {
		p.Rate = int(float64(p.Upload.Detected) / took.Seconds())
	}
	if p.Upload.ReportKey != "" {
		p.Report = s.FeedReports + p.Upload.ReportKey + ".csv"
	}
	return v.show(http.StatusOK, "upload.html", p)
}

// cancelUpload stops an upload that runs: nothing of it counts.
func (s *Server) cancelUpload(v *visit) error {
	i, err := v.pathID("upload")
	if err != nil {
		return err
	}
	if err := s.Feeds.Cancel(v.Context(), v.caller, i); err != nil {
		return err
	}
	return v.done(strings.TrimSuffix(v.URL.Path, "/cancel"), "")
}

// refused is the file of the rows that were not taken, as they were, with what was wrong behind them.
func (s *Server) refused(v *visit) error {
	i, err := v.pathID("upload")
	if err != nil {
		return err
	}
	f, err := s.Feeds.OpenRefused(v.Context(), v.caller, i)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	v.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	v.w.Header().Set("Content-Disposition", `attachment; filename="refused.csv"`)
	_, _ = io.Copy(v.w, f) // a reader who went away ends the request
	return nil
}

// report asks for the file of all problems.
func (s *Server) report(v *visit) error {
	i, err := v.pathID("upload")
	if err != nil {
		return err
	}
	if err := s.Feeds.RequestReport(v.Context(), v.caller, i); err != nil {
		return err
	}
	return v.done(strings.TrimSuffix(v.URL.Path, "/report"), "")
}
