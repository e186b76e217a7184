package webhook

// RunReplay does at once what the job of a run does.
var RunReplay = (*Service).runReplay
