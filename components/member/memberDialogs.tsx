import { useState } from "react";
import type { MemberOut } from "../../lib/contract/member.ts";
import { useProof } from "../secondFactor/proof.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { toast } from "../ui/toast.tsx";
import { useRemoveMember, useResetSecondFactor } from "./queries.ts";

export function ResetDialog({ member, onClose }: { member: MemberOut | null; onClose: () => void }) {
  const reset = useResetSecondFactor();
  const { prove, dialog } = useProof();
  return (
    <>
      <ConfirmDialog
        open={member !== null}
        onOpenChange={onClose}
        title="Remove second factor"
        onConfirm={async () => {
          if (member === null) return;
          await prove(() => reset.mutateAsync(member.userId));
          toast.good(`${member.email} signs in with the password alone now`);
        }}
      >
        <p>
          For whoever has lost theirs; be sure that it is {member?.email} who asks. They are signed out, are told by mail, and sign in with
          their password alone until they set up another.
        </p>
      </ConfirmDialog>
      {dialog}
    </>
  );
}

export function RemoveDialog({ member, isSelf, onClose }: { member: MemberOut | null; isSelf: boolean; onClose: () => void }) {
  const remove = useRemoveMember();
  const [stopKeys, setStopKeys] = useState(false);
  const close = () => {
    setStopKeys(false);
    onClose();
  };
  return (
    <ConfirmDialog
      open={member !== null}
      onOpenChange={close}
      title={isSelf ? "Leave organization" : "Remove member"}
      {...(member === null ? {} : { typed: member.email })}
      onConfirm={async () => {
        if (member === null) return;
        await remove.mutateAsync({ userId: member.userId, stopKeys });
        if (isSelf) window.location.assign("/");
        else toast.good(`${member.email} was removed`);
      }}
    >
      <p>
        {isSelf ? "You lose" : `${member?.email} loses`} access at once, and the links that {isSelf ? "you" : "they"} made end. The keys
        that {isSelf ? "you" : "they"} made go on for seven days, in which an admin can take them over. Alerts no longer go to{" "}
        {isSelf ? "your" : "their"} address.
      </p>
      <label className="flex items-center gap-2">
        <input type="checkbox" className="size-4 accent-solid" checked={stopKeys} onChange={(event) => setStopKeys(event.target.checked)} />
        Stop these keys now
      </label>
    </ConfirmDialog>
  );
}
