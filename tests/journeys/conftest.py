"""A running server and a browser in front of it.

| fixture        | lives | what it is                                                                        |
|----------------|-------|-----------------------------------------------------------------------------------|
| `server`       | a run | the app on its own copy of the sample; what it prints is checked at the end       |
| `fresh_server` | a test| a server that nobody has asked for a page yet                                     |
| `browser`      | a run | a Chromium that reaches nothing by itself                                         |
| `screen`       | a test| a tab of it in an Italian browser on `server`, without cookies of an earlier test |
"""
