"""The paths of the server, as its pages have them."""

from __future__ import annotations

from django.urls import path

from tests.live.omnitron import actions, batches, callers, downloads, images

handler404 = "tests.live.omnitron.errors.not_found"
CHANNEL = "api/v1/channel/<channel_id>"

urlpatterns = [
    path("api/v1/auth/login/", callers.Login.as_view()),
    path("api/i1/auth/login/", callers.Login.as_view()),
    path("api/v1/active_user/", callers.ActiveUser.as_view()),
    path("api/v1/channels/", callers.Channels.as_view()),
    path("api/v1/channels/<pk>/", callers.OneChannel.as_view()),
    path("api/v1/content_types/", callers.Kinds.as_view()),
    path("api/v1/product_image/", images.MasterImages.as_view()),
    path("api/v1/product_image/<pk>/", images.MasterImage.as_view()),
    path("api/i1/downloadable_image/", downloads.Downloads.as_view()),
    path(f"{CHANNEL}/product_images/", images.ChannelImages.as_view()),
    path(f"{CHANNEL}/product_images/detailed/", images.DetailedImages.as_view()),
    path(f"{CHANNEL}/product_images/inserts/", images.Inserts.as_view()),
    path(f"{CHANNEL}/product_images/updates/", images.Updates.as_view()),
    path(f"{CHANNEL}/product_images/inserts_or_updates/", images.InsertsOrUpdates.as_view()),
    path(f"{CHANNEL}/product_images/<id>/", images.ChannelImage.as_view()),
    path(f"{CHANNEL}/product_images/<id>/detailed/", images.ChannelImage.as_view()),
    path(f"{CHANNEL}/batch_requests/", batches.Batches.as_view()),
    path(f"{CHANNEL}/batch_requests/<pk>/", batches.Batch.as_view()),
    path(f"{CHANNEL}/integration_actions/", actions.Actions.as_view()),
    path(f"{CHANNEL}/integration_actions/deleted/", actions.DeletedActions.as_view()),
    path(f"{CHANNEL}/integration_actions/<pk>/", actions.Action.as_view()),
    path(f"{CHANNEL}/error_reports/", actions.ErrorReports.as_view()),
    path(f"{CHANNEL}/error_reports/<pk>/", actions.OneErrorReport.as_view()),
]
